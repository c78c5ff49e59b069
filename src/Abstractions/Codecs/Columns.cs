using IqdbFlat.Engine;
using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>Row ids as they travel: one column, in one block of bytes.</summary>
/// <param name="Values">The ids. Never changed after they are handed over.</param>
[Immutable]
public readonly record struct RowIdColumn(RowId[] Values)
{
    /// <summary>Wraps an array without a copy.</summary>
    public static implicit operator RowIdColumn(RowId[] values) => new(values);

    /// <summary>The number of ids.</summary>
    public int Count => Values?.Length ?? 0;

    /// <summary>The ids.</summary>
    public ReadOnlySpan<RowId> Span => Values;
}

/// <summary>
/// Rows' sequences as they travel: one column, in one block of bytes. Orleans' own form of an array may promise elements that it
/// does not bring, so that arrays within arrays claim memory in the square of the message; a block brings what it promises.
/// </summary>
/// <param name="Values">The sequences. Never changed after they are handed over.</param>
[Immutable]
public readonly record struct SequenceColumn(ulong[] Values)
{
    /// <summary>Wraps an array without a copy.</summary>
    public static implicit operator SequenceColumn(ulong[] values) => new(values);

    /// <summary>The number of sequences.</summary>
    public int Count => Values?.Length ?? 0;

    /// <summary>The sequences.</summary>
    public ReadOnlySpan<ulong> Span => Values;

    /// <summary>The sequence at a place, which is 0 to <see cref="Count"/> - 1.</summary>
    /// <exception cref="IndexOutOfRangeException">The column has no such place.</exception>
    public ulong this[int index] => Span[index];
}

/// <summary>Bytes in a form of the shards' own as they travel: one block, also where an array of messages holds them.</summary>
/// <param name="Values">The bytes; null for none. Never changed after they are handed over.</param>
[Immutable]
public readonly record struct BytesColumn(byte[]? Values)
{
    /// <summary>Wraps an array without a copy.</summary>
    public static implicit operator BytesColumn(byte[]? values) => new(values);

    /// <summary>The number of bytes.</summary>
    public int Count => Values?.Length ?? 0;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => Values;
}

/// <summary>Rows' metadata as they travel: one column, in one block of bytes; null where a row has none or none was asked for.</summary>
/// <param name="Values">A row each. Never changed after they are handed over.</param>
[Immutable]
public readonly record struct MetadataColumn(Metadata?[] Values)
{
    /// <summary>Wraps an array without a copy.</summary>
    public static implicit operator MetadataColumn(Metadata?[] values) => new(values);

    /// <summary>The number of rows.</summary>
    public int Count => Values?.Length ?? 0;

    /// <summary>The metadata.</summary>
    public ReadOnlySpan<Metadata?> Span => Values;
}

/// <summary>A filter as it travels: flat, so that no depth of it can exhaust a stack on either side.</summary>
/// <param name="Filter">The filter, or null for none.</param>
[Immutable]
public readonly record struct FilterExpression(Filter? Filter)
{
    /// <summary>Wraps a filter.</summary>
    public static implicit operator FilterExpression(Filter? filter) => new(filter);
}

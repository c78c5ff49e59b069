using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>Rows as an index holds them, in columns, with their sequences.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.StoredRowBlock")]
public sealed record StoredRowBlock
{
    /// <summary>The rows.</summary>
    [Id(0)]
    public required RowBlock Rows { get; init; }

    /// <summary>The rows' sequences.</summary>
    [Id(1)]
    public required SequenceColumn Sequences { get; init; }

    /// <summary>For a page: whether rows may follow that the limit, or the bytes of one message, left out.</summary>
    [Id(2)]
    public bool More { get; init; }
}

using IqdbFlat.Engine;
using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>Asks for the next rows of an ordered list.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.ListRequest")]
public sealed record ListRequest
{
    /// <summary>The index's name.</summary>
    [Id(0)]
    public required string Index { get; init; }

    /// <summary>Which rows count.</summary>
    [Id(1)]
    public FilterExpression Filter { get; init; }

    /// <summary>The fields that order the rows, the most important first; none for the order of insertion.</summary>
    [Id(2)]
    public string[] OrderFields { get; init; } = [];

    /// <summary>The places of those fields whose greater values come first.</summary>
    [Id(3)]
    public int[] Descending { get; init; } = [];

    /// <summary>The sequence of the row that the rows wanted follow; 0 for the first rows.</summary>
    [Id(4)]
    public ulong AfterSequence { get; init; }

    /// <summary>The metadata of that row, in the fields of the order: one entry; none for the first rows.</summary>
    [Id(5)]
    public MetadataColumn After { get; init; }

    /// <summary>Rows wanted; fewer come only at the end, or where a page's bytes are bounded.</summary>
    [Id(6)]
    public required int Limit { get; init; }

    /// <summary>Whether rows carry their vectors.</summary>
    [Id(7)]
    public bool WithVectors { get; init; }

    /// <summary>What the caller's handle was told is written.</summary>
    [Id(8)]
    public ShardPosition[] Seen { get; init; } = [];

    /// <summary>How long the coordinator may take, waiting and retrying included.</summary>
    [Id(9)]
    public required TimeSpan Deadline { get; init; }

    /// <summary>The incarnation that the caller's handle was opened on, or null for whichever has the name.</summary>
    [Id(10)]
    public string? Incarnation { get; init; }
}

/// <summary>Asks for the number of rows that meet a filter.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.CountRequest")]
public sealed record CountRequest
{
    /// <summary>The index's name.</summary>
    [Id(0)]
    public required string Index { get; init; }

    /// <summary>Which rows count.</summary>
    [Id(1)]
    public FilterExpression Filter { get; init; }

    /// <summary>What the caller's handle was told is written.</summary>
    [Id(2)]
    public ShardPosition[] Seen { get; init; } = [];

    /// <summary>How long the coordinator may take, waiting and retrying included.</summary>
    [Id(3)]
    public required TimeSpan Deadline { get; init; }

    /// <summary>The incarnation that the caller's handle was opened on, or null for whichever has the name.</summary>
    [Id(4)]
    public string? Incarnation { get; init; }
}

/// <summary>A number of rows.</summary>
/// <param name="Rows">How many.</param>
[GenerateSerializer, Immutable, Alias("iqdb.RowCount")]
public sealed record RowCount([property: Id(0)] long Rows);

/// <summary>A shard's part of a list, from a coordinator.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.ShardList")]
public sealed record ShardList
{
    /// <summary>The epoch of the description in use; a shard that knows a newer one says so.</summary>
    [Id(0)]
    public required ulong IndexEpoch { get; init; }

    /// <summary>What the caller's handle was told of this shard.</summary>
    [Id(1)]
    public ShardPosition? Seen { get; init; }

    /// <summary>Which rows count.</summary>
    [Id(2)]
    public FilterExpression Filter { get; init; }

    /// <summary>The fields that order the rows, the most important first; none for the order of insertion.</summary>
    [Id(3)]
    public string[] OrderFields { get; init; } = [];

    /// <summary>The places of those fields whose greater values come first.</summary>
    [Id(4)]
    public int[] Descending { get; init; } = [];

    /// <summary>The sequence of the row that the rows wanted follow; 0 for the first rows.</summary>
    [Id(5)]
    public ulong AfterSequence { get; init; }

    /// <summary>The metadata of that row, in the fields of the order: one entry; none for the first rows.</summary>
    [Id(6)]
    public MetadataColumn After { get; init; }

    /// <summary>Rows wanted.</summary>
    [Id(7)]
    public required int Limit { get; init; }

    /// <summary>Whether rows carry their vectors.</summary>
    [Id(8)]
    public bool WithVectors { get; init; }
}

/// <summary>A shard's part of a count, from a coordinator.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.ShardCount")]
public sealed record ShardCount
{
    /// <summary>The epoch of the description in use; a shard that knows a newer one says so.</summary>
    [Id(0)]
    public required ulong IndexEpoch { get; init; }

    /// <summary>What the caller's handle was told of this shard.</summary>
    [Id(1)]
    public ShardPosition? Seen { get; init; }

    /// <summary>Which rows count.</summary>
    [Id(2)]
    public FilterExpression Filter { get; init; }
}

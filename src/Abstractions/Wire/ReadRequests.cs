using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>Asks for rows by id.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.GetRequest")]
public sealed record GetRequest
{
    /// <summary>The index's name.</summary>
    [Id(0)]
    public required string Index { get; init; }

    /// <summary>The ids.</summary>
    [Id(1)]
    public required RowIdColumn Ids { get; init; }

    /// <summary>Whether the answer carries vectors and metadata, or only says which ids are there.</summary>
    [Id(2)]
    public required bool WithContent { get; init; }

    /// <summary>What the caller's handle was told is written.</summary>
    [Id(3)]
    public ShardPosition[] Seen { get; init; } = [];

    /// <summary>How long the coordinator may take, waiting and retrying included.</summary>
    [Id(4)]
    public required TimeSpan Deadline { get; init; }

    /// <summary>
    /// The incarnation that the caller's handle was opened on, or null for whichever has the name: another one is IndexNotFound, because
    /// the handle's positions and dimension say nothing about an index made later under the same name.
    /// </summary>
    [Id(5)]
    public string? Incarnation { get; init; }
}

/// <summary>Asks for the next rows in the order of insertion.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.PageRequest")]
public sealed record PageRequest
{
    /// <summary>The index's name.</summary>
    [Id(0)]
    public required string Index { get; init; }

    /// <summary>Rows with a greater sequence follow.</summary>
    [Id(1)]
    public required ulong AfterSequence { get; init; }

    /// <summary>Rows wanted; fewer come only at the end, or where a page's bytes are bounded.</summary>
    [Id(2)]
    public required int Limit { get; init; }

    /// <summary>What the caller's handle was told is written.</summary>
    [Id(3)]
    public ShardPosition[] Seen { get; init; } = [];

    /// <summary>How long the coordinator may take, waiting and retrying included.</summary>
    [Id(4)]
    public required TimeSpan Deadline { get; init; }

    /// <summary>
    /// The incarnation that the caller's handle was opened on, or null for whichever has the name: another one is IndexNotFound, because
    /// the handle's positions and dimension say nothing about an index made later under the same name.
    /// </summary>
    [Id(5)]
    public string? Incarnation { get; init; }
}

/// <summary>Rows in the order of insertion, and whether more may follow.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.Page")]
public sealed record Page
{
    /// <summary>The rows.</summary>
    [Id(0)]
    public required StoredRowBlock Rows { get; init; }

    /// <summary>Whether rows may follow.</summary>
    [Id(1)]
    public required bool More { get; init; }
}

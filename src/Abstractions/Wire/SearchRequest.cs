using IqdbFlat.Engine;
using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>One search or several of one shape, from a client to a coordinator.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.SearchRequest")]
public sealed record SearchRequest
{
    /// <summary>The index's name.</summary>
    [Id(0)]
    public required string Index { get; init; }

    /// <summary>The queries end to end.</summary>
    [Id(1)]
    public required FloatVector Queries { get; init; }

    /// <summary>The number of queries.</summary>
    [Id(2)]
    public required int QueryCount { get; init; }

    /// <summary>Hits wanted for each query.</summary>
    [Id(3)]
    public required int K { get; init; }

    /// <summary>Which rows count.</summary>
    [Id(4)]
    public FilterExpression Filter { get; init; }

    /// <summary>The metric that the caller expects, where it names one.</summary>
    [Id(5)]
    public Metric? Metric { get; init; }

    /// <summary>Whether hits carry their metadata.</summary>
    [Id(6)]
    public bool IncludeMetadata { get; init; }

    /// <summary>How much the search must have seen.</summary>
    [Id(7)]
    public Freshness Freshness { get; init; }

    /// <summary>What the caller's handle was told is written.</summary>
    [Id(8)]
    public ShardPosition[] Seen { get; init; } = [];

    /// <summary>How long the coordinator may take, waiting and retrying included.</summary>
    [Id(9)]
    public required TimeSpan Deadline { get; init; }

    /// <summary>Opt in to an answer from the shards that could be reached, which says what it covers.</summary>
    [Id(10)]
    public bool AllowPartial { get; init; }

    /// <summary>
    /// The incarnation that the caller's handle was opened on, or null for whichever has the name: another one is IndexNotFound, because
    /// the handle's positions and dimension say nothing about an index made later under the same name.
    /// </summary>
    [Id(11)]
    public string? Incarnation { get; init; }

    /// <summary>How shards go through their rows; no plan changes an answer.</summary>
    [Id(12)]
    public SearchPlan Plan { get; init; }

    /// <summary>The vector that the queries are measured with, where rows have several; null for the only one.</summary>
    [Id(13)]
    public string? VectorName { get; init; }

    /// <summary>Only rows at this distance or farther count.</summary>
    [Id(14)]
    public float? MinDistance { get; init; }

    /// <summary>Only rows at this distance or nearer count.</summary>
    [Id(15)]
    public float? MaxDistance { get; init; }

    /// <summary>With <see cref="AfterSequence"/>: only rows that rank behind this distance and sequence count.</summary>
    [Id(16)]
    public float? AfterDistance { get; init; }

    /// <summary>The sequence of that rank.</summary>
    [Id(17)]
    public ulong AfterSequence { get; init; }
}

/// <summary>The answers to a <see cref="SearchRequest"/>, in its order.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.SearchReply")]
public sealed record SearchReply
{
    /// <summary>An answer each.</summary>
    [Id(0)]
    public required HitBlock[] Answers { get; init; }

    /// <summary>What each shard did.</summary>
    [Id(1)]
    public required ShardReport[] Shards { get; init; }

    /// <summary>Shards that an answer marked partial does not cover; empty for a whole answer.</summary>
    [Id(2)]
    public int[] Missing { get; init; } = [];
}

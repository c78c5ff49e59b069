using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>A write, from a client to a coordinator.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.WriteRequest")]
public sealed record WriteRequest
{
    /// <summary>The index's name.</summary>
    [Id(0)]
    public required string Index { get; init; }

    /// <summary>What to do.</summary>
    [Id(1)]
    public required WriteMode Mode { get; init; }

    /// <summary>The rows; for deletes only their ids, for Clear and DeleteMatching none.</summary>
    [Id(2)]
    public required RowBlock Rows { get; init; }

    /// <summary>How long the coordinator may take, waiting and retrying included.</summary>
    [Id(3)]
    public required TimeSpan Deadline { get; init; }

    /// <summary>
    /// The incarnation that the caller's handle was opened on, or null for whichever has the name: another one is IndexNotFound, because
    /// the handle's positions and dimension say nothing about an index made later under the same name.
    /// </summary>
    [Id(4)]
    public string? Incarnation { get; init; }

    /// <summary>What makes a retry of this write safe, or null for none.</summary>
    [Id(5)]
    public WriteToken? Token { get; init; }

    /// <summary>The place of this message among those that the call was cut into: each has an answer of its own under the one token.</summary>
    [Id(6)]
    public int TokenPart { get; init; }

    /// <summary>Whether the token may have been sent before: then the shards are asked what they know of it before anything is written.</summary>
    [Id(7)]
    public bool TokenMayBeKnown { get; init; }

    /// <summary>For DeleteMatching: which rows are removed.</summary>
    [Id(8)]
    public FilterExpression Filter { get; init; }
}

/// <summary>A write's answer.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.WriteReply")]
public sealed record WriteReply
{
    /// <summary>Rows written or removed.</summary>
    [Id(0)]
    public required int Applied { get; init; }

    /// <summary>How far each shard that took part has come; a handle passes these with its searches.</summary>
    [Id(1)]
    public required ShardPosition[] Positions { get; init; }

    /// <summary>What stopped the batch, when something did: the prefix before it is in, and its positions are above.</summary>
    [Id(2)]
    public WireError? Error { get; init; }
}

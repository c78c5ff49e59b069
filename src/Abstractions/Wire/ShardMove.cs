using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>Asks for a shard to be moved.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.ShardMoveRequest")]
public sealed record ShardMoveRequest
{
    /// <summary>The index's name.</summary>
    [Id(0)]
    public required string Index { get; init; }

    /// <summary>The shard's number.</summary>
    [Id(1)]
    public required int Shard { get; init; }

    /// <summary>The silo to move it to: its name, or its endpoint for other silos.</summary>
    [Id(2)]
    public required string Silo { get; init; }

    /// <summary>How long to wait until the shard serves from there. A move that takes longer goes on by itself.</summary>
    [Id(3)]
    public required TimeSpan Deadline { get; init; }
}

/// <summary>A shard that was moved.</summary>
/// <param name="Index">The index's name.</param>
/// <param name="Shard">The shard's number.</param>
/// <param name="From">The name of the silo that held it.</param>
/// <param name="To">The name of the silo that holds it; the same where it was there already.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Elapsed">From the request until the shard served from its new silo.</param>
[GenerateSerializer, Immutable, Alias("iqdb.ShardMove")]
public sealed record ShardMove(
    [property: Id(0)] string Index,
    [property: Id(1)] int Shard,
    [property: Id(2)] string From,
    [property: Id(3)] string To,
    [property: Id(4)] long Rows,
    [property: Id(5)] TimeSpan Elapsed);

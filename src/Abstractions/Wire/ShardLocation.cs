using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>Where a shard is.</summary>
/// <param name="Shard">The shard's number.</param>
/// <param name="Silo">The name of the silo that holds it; empty for none: it is activated by the next call.</param>
/// <param name="Address">That silo's endpoint for other silos; empty for none.</param>
[GenerateSerializer, Immutable, Alias("iqdb.ShardLocation")]
public sealed record ShardLocation([property: Id(0)] int Shard, [property: Id(1)] string Silo, [property: Id(2)] string Address);

/// <summary>Where the shards of an index are.</summary>
/// <param name="Shards">All of them, by number.</param>
[GenerateSerializer, Immutable, Alias("iqdb.ShardPlacements")]
public sealed record ShardPlacements([property: Id(0)] ShardLocation[] Shards);

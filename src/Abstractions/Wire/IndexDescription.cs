using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>What an index is: its settings, and what a coordinator needs to reach its shards.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.IndexDescription")]
public sealed record IndexDescription
{
    /// <summary>The index's name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>What was fixed at creation.</summary>
    [Id(1)]
    public required IndexSettings Settings { get; init; }

    /// <summary>A ULID made at creation: tells an index from a later one of the same name.</summary>
    [Id(2)]
    public required string Incarnation { get; init; }

    /// <summary>The name at creation, which the shards' keys carry; a rename leaves it.</summary>
    [Id(3)]
    public required string Home { get; init; }

    /// <summary>Rises with every activation of the index grain and every rename; shards refuse requests of an older one.</summary>
    [Id(4)]
    public required ulong Epoch { get; init; }

    /// <summary>Which shard holds each slot.</summary>
    [Id(5)]
    public required SlotMap Slots { get; init; }

    /// <summary>When the index was created.</summary>
    [Id(6)]
    public required DateTimeOffset Created { get; init; }

    /// <summary>The grain key of a shard.</summary>
    public string ShardKey(int shard) => Abstractions.ShardKey.Format(Home, Incarnation, shard);
}

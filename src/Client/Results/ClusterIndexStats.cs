using IqdbFlat.Abstractions;

namespace IqdbFlat.Client;

/// <summary>What an index holds.</summary>
public sealed record ClusterIndexStats
{
    /// <summary>The kind of index: exact, by full scan.</summary>
    public string IndexType { get; init; } = "flat";

    /// <summary>Live rows.</summary>
    public required long Vectors { get; init; }

    /// <summary>Bytes of memory over all silos.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Bytes in the store.</summary>
    public required long DiskBytes { get; init; }

    /// <summary>The same for each shard, by shard number.</summary>
    public required IReadOnlyList<ShardStats> Shards { get; init; }
}

using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>What one shard holds.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.ShardStats")]
public sealed record ShardStats
{
    /// <summary>The shard's number.</summary>
    [Id(0)]
    public required int Shard { get; init; }

    /// <summary>The silo it lives on.</summary>
    [Id(1)]
    public required string Silo { get; init; }

    /// <summary>Live rows.</summary>
    [Id(2)]
    public required long Vectors { get; init; }

    /// <summary>Bytes of memory.</summary>
    [Id(3)]
    public required long MemoryBytes { get; init; }

    /// <summary>Bytes in the store.</summary>
    [Id(4)]
    public required long DiskBytes { get; init; }

    /// <summary>How far the log has come.</summary>
    [Id(5)]
    public required ShardPosition Position { get; init; }

    /// <summary>That silo's endpoint for other silos; empty from a silo of an older version.</summary>
    [Id(6)]
    public string Address { get; init; } = "";
}

/// <summary>What an index holds.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.IndexReport")]
public sealed record IndexReport
{
    /// <summary>What the index is.</summary>
    [Id(0)]
    public required IndexDescription Description { get; init; }

    /// <summary>Its shards, by number.</summary>
    [Id(1)]
    public required ShardStats[] Shards { get; init; }
}

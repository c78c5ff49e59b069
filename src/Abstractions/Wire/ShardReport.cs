using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>What one shard did for a search: the explain line.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.ShardReport")]
public sealed record ShardReport
{
    /// <summary>The shard's number.</summary>
    [Id(0)]
    public required int Shard { get; init; }

    /// <summary>The silo that answered.</summary>
    [Id(1)]
    public required string Silo { get; init; }

    /// <summary>How far the shard's log had come.</summary>
    [Id(2)]
    public required ShardPosition Position { get; init; }

    /// <summary>Live rows of the snapshot, times queries.</summary>
    [Id(3)]
    public required long Rows { get; init; }

    /// <summary>Rows that the filter left out, times queries.</summary>
    [Id(4)]
    public required long Filtered { get; init; }

    /// <summary>Distances computed.</summary>
    [Id(5)]
    public required long Scanned { get; init; }

    /// <summary>Bytes of vectors read for them.</summary>
    [Id(6)]
    public required long BytesRead { get; init; }

    /// <summary>From the request's arrival to its answer on that silo.</summary>
    [Id(7)]
    public required TimeSpan Elapsed { get; init; }
}

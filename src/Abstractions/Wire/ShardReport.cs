using IqdbFlat.Engine;
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

    /// <summary>Distances computed. Each row is filtered out, pruned or scanned.</summary>
    [Id(5)]
    public required long Scanned { get; init; }

    /// <summary>Bytes of vectors and their codes read.</summary>
    [Id(6)]
    public required long BytesRead { get; init; }

    /// <summary>From the request's arrival to its answer on that silo.</summary>
    [Id(7)]
    public required TimeSpan Elapsed { get; init; }

    /// <summary>How rows were looked at.</summary>
    [Id(8)]
    public SearchPlans Plans { get; init; }

    /// <summary>Rows that pass the filter and that a proven bound left out, times queries.</summary>
    [Id(9)]
    public long Pruned { get; init; }

    /// <summary>The time of all scan threads and queries together in the filter.</summary>
    [Id(10)]
    public TimeSpan FilterTime { get; init; }

    /// <summary>The time of all scan threads and queries together in reading rows, distances and comparisons.</summary>
    [Id(11)]
    public TimeSpan ScanTime { get; init; }

    /// <summary>The time of all queries together in merging what the threads found and in making the answers.</summary>
    [Id(12)]
    public TimeSpan MergeTime { get; init; }

    /// <summary>Bytes a second that one scan thread of that silo reads while all of them read, as measured at its start; 0 where it was not.</summary>
    [Id(13)]
    public double ThreadBandwidth { get; init; }
}

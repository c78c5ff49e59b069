using IqdbFlat.Abstractions;

namespace IqdbFlat.Client;

/// <summary>What a backup holds: told by the call that wrote it, and by one that checked it.</summary>
public sealed record BackupReport
{
    /// <summary>The name of the index that it was made of.</summary>
    public required string Index { get; init; }

    /// <summary>The incarnation of that index.</summary>
    public required string Incarnation { get; init; }

    /// <summary>What was fixed at that index's creation.</summary>
    public required IndexSettings Settings { get; init; }

    /// <summary>When that index was created.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When the cut was taken. Every write that was acknowledged before is in.</summary>
    public required DateTimeOffset Taken { get; init; }

    /// <summary>How long writes waited for their numbers while the cut was made. Searches never waited.</summary>
    public required TimeSpan Pause { get; init; }

    /// <summary>
    /// Batches over several shards that did not end in time and were shut out: their callers were told that they may have been applied, and some of their rows
    /// may be in.
    /// </summary>
    public required int Fenced { get; init; }

    /// <summary>The highest number in the order of insertion that had been given.</summary>
    public required ulong SequenceHighWater { get; init; }

    /// <summary>Rows of each shard.</summary>
    public required IReadOnlyList<long> RowsOfShards { get; init; }

    /// <summary>The number of rows, and their digest whatever their order: that of every index that holds the same rows.</summary>
    public required RowsDigest Digest { get; init; }

    /// <summary>Bytes of the backup.</summary>
    public required long Bytes { get; init; }
}

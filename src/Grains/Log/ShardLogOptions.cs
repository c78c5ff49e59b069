namespace IqdbFlat.Grains.Log;

/// <summary>The sizes and pauses of a shard log. None of them changes what is durable.</summary>
public sealed class ShardLogOptions
{
    /// <summary>Bytes of log after which a checkpoint is due. Default 64 MiB.</summary>
    public long CheckpointLogBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Log records after which a checkpoint is due, because recovery reads them one by one. Default 2,000.</summary>
    public int CheckpointLogRecords { get; set; } = 2_000;

    /// <summary>Bytes of one stored segment, at most. Default: as much as a record holds.</summary>
    public int SegmentBytes { get; set; } = Storage.IRecordStore.MaxRecordBytes;

    /// <summary>
    /// Bytes from which on a log record with mostly live rows stays where it is and counts as a segment, so that its rows are written once and not twice.
    /// Default 256 KiB.
    /// </summary>
    public int KeptRecordBytes { get; set; } = 256 * 1024;

    /// <summary>
    /// Bytes from which on a shard sends a log record to the store while up to two others are on their way. A smaller one would take the time of a commit for few bytes, so it waits for them,
    /// and gathers what comes. Default 256 KiB.
    /// </summary>
    public int LargeRecordBytes { get; set; } = 256 * 1024;

    /// <summary>Records on their way from the store into memory at the same time, during recovery. Default 3.</summary>
    public int ParallelReads { get; set; } = 3;

    /// <summary>The first pause before an operation of unknown outcome is looked at again; it doubles. Default 20 ms.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long the store may take over one operation before its outcome counts as unknown. Default 60 s.</summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest such pause. Default 2 s.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(2);
}

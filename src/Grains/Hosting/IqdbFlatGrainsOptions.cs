namespace IqdbFlat.Grains;

/// <summary>Settings of the grains on one silo.</summary>
public sealed class IqdbFlatGrainsOptions
{
    /// <summary>Threads that scan; 0 for one a processor.</summary>
    public int ScanThreads { get; set; }

    /// <summary>Searches of shards that may wait or run on the silo at once; more are Overloaded. Default 1,024.</summary>
    public int ScanQueue { get; set; } = 1_024;

    /// <summary>Bytes that rows may occupy on the silo; 0 for three quarters of what the process may use.</summary>
    public long MemoryBudgetBytes { get; set; }

    /// <summary>
    /// Silos that must be active before the shards of all indexes are loaded ahead of their first search; 0 for never. The number of the cluster's
    /// silos, so that the first to start does not load everything. Default 1.
    /// </summary>
    public int ExpectedSilos { get; set; } = 1;

    /// <summary>How long a search takes before it is logged with its explain; 0 for never. Default 1 second.</summary>
    public TimeSpan SlowSearch { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Log records of a shard after which they are folded into segments. Fewer make recovery shorter and writes dearer. Default 2,000.
    /// </summary>
    public int CheckpointLogRecords { get; set; } = new Log.ShardLogOptions().CheckpointLogRecords;

    /// <summary>
    /// Bytes of a log record from which on a shard sends it to the store while up to two others are on their way; smaller ones wait, and gather what comes. Default 256 KiB.
    /// </summary>
    public int LargeRecordBytes { get; set; } = new Log.ShardLogOptions().LargeRecordBytes;

    /// <summary>
    /// Whether clients outside the cluster reach nothing but IqdbFlat's indexes: for a silo that hosts no other grains. Calls of IqdbFlat's that only silos make to each other are refused to
    /// clients in any case. Default false.
    /// </summary>
    public bool ClientsReachOnlyIndexes { get; set; }
}

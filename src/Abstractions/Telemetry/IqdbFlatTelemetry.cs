namespace IqdbFlat.Abstractions;

/// <summary>
/// The names under which client and silo tell what they do: one meter, one activity source, their instruments and the attributes of both. Databases'
/// names are those of OpenTelemetry's semantic conventions; what they have no name for begins with <c>iqdbflat.</c>
/// </summary>
public static class IqdbFlatTelemetry
{
    /// <summary>The meter and the activity source.</summary>
    public const string Name = "IqdbFlat.Orleans";

    /// <summary>The value of <see cref="System"/>.</summary>
    public const string SystemName = "iqdbflat";

    /// <summary>Attribute: which database, always <see cref="SystemName"/>.</summary>
    public const string System = "db.system.name";

    /// <summary>Attribute: the index.</summary>
    public const string Collection = "db.collection.name";

    /// <summary>Attribute: the call, as in <c>search</c>.</summary>
    public const string Operation = "db.operation.name";

    /// <summary>Attribute: the kind of the error that a call ended with; absent where it ended well.</summary>
    public const string ErrorType = "error.type";

    /// <summary>Attribute: the number of a shard.</summary>
    public const string Shard = "iqdbflat.shard";

    /// <summary>Attribute: the name of the silo, where one process may hold several.</summary>
    public const string Silo = "iqdbflat.silo";

    /// <summary>Client, histogram in seconds: how long a call of the client took, its retries included.</summary>
    public const string OperationDuration = "db.client.operation.duration";

    /// <summary>Silo, gauge: rows of a shard.</summary>
    public const string ShardRows = "iqdbflat.shard.rows";

    /// <summary>Silo, gauge in bytes: memory that a shard's rows occupy.</summary>
    public const string ShardMemory = "iqdbflat.shard.memory";

    /// <summary>Silo, gauge in bytes: what a shard's log and segments occupy in the store.</summary>
    public const string ShardStored = "iqdbflat.shard.stored";

    /// <summary>Silo, gauge: the position in its log, in its newest epoch, that a shard has come to.</summary>
    public const string ShardLogPosition = "iqdbflat.shard.log.position";

    /// <summary>Silo, gauge: the epoch of a shard's log; it rises when a new activation takes over.</summary>
    public const string ShardLogEpoch = "iqdbflat.shard.log.epoch";

    /// <summary>Silo, gauge from 0 to 1: the share of its rows that a shard has loaded.</summary>
    public const string ShardRecovery = "iqdbflat.shard.recovery";

    /// <summary>Silo, histogram in seconds: how long a shard took to answer a search, waiting included.</summary>
    public const string ShardSearchDuration = "iqdbflat.shard.search.duration";

    /// <summary>Silo, counter in seconds: time that scan threads spent on a shard's searches.</summary>
    public const string ShardScanTime = "iqdbflat.shard.scan.time";

    /// <summary>Silo, counter: rows that searches of a shard met, each search counting each.</summary>
    public const string ShardRowsMet = "iqdbflat.shard.rows.met";

    /// <summary>Silo, counter: of those, rows that a filter left out.</summary>
    public const string ShardRowsFiltered = "iqdbflat.shard.rows.filtered";

    /// <summary>Silo, counter: of those, rows that a bound left out.</summary>
    public const string ShardRowsPruned = "iqdbflat.shard.rows.pruned";

    /// <summary>Silo, counter in bytes: what searches of a shard read.</summary>
    public const string ShardBytesRead = "iqdbflat.shard.read";

    /// <summary>Silo, gauge: searches of shards that wait or run on the silo's scan threads.</summary>
    public const string ScanQueue = "iqdbflat.scan.queue";

    /// <summary>Silo, gauge in bytes: memory that rows occupy on the silo.</summary>
    public const string MemoryUsed = "iqdbflat.memory.used";

    /// <summary>Silo, gauge in bytes: memory that rows may occupy on the silo.</summary>
    public const string MemoryLimit = "iqdbflat.memory.limit";

    /// <summary>Silo, counter: searches that took longer than the slow-search setting.</summary>
    public const string SlowSearches = "iqdbflat.searches.slow";
}

namespace IqdbFlat.Silo;

/// <summary>Where records are kept: <c>IqdbFlat:Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>The kind of store. Sqlite.</summary>
    public StorageProvider Provider { get; set; }

    /// <summary>
    /// For Sqlite: the file, made on first start with the folders above it; empty for <c>iqdbflat/iqdbflat.db</c> in the user's local application data, which survives restarts and upgrades.
    /// </summary>
    public string Path { get; set; } = "";

    /// <summary>
    /// For PostgreSql and Redis: how to reach the server, in the form of Npgsql or StackExchange.Redis. It holds a password, so put it into the environment
    /// (<c>IqdbFlat__Storage__ConnectionString</c>); no message and no log shows it.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// Log records of a shard after which they are folded into segments, 1 to 1,000,000: fewer make recovery shorter and writes dearer. 2,000.
    /// </summary>
    public int CheckpointRecords { get; set; } = 2_000;

    /// <summary>
    /// Bytes of a log record from which on a shard sends it to the store while up to two others are on their way, 1 to 16,777,216: smaller ones wait, and gather what comes. 262,144.
    /// </summary>
    public int LargeRecordBytes { get; set; } = 256 * 1024;

    /// <summary>The file that <see cref="Path"/> stands for.</summary>
    public string ResolvePath()
    {
        if (Path.Length > 0)
            return System.IO.Path.GetFullPath(Path);
        string home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        // A service account can be without a home.
        return System.IO.Path.Combine(home.Length > 0 ? home : AppContext.BaseDirectory, "iqdbflat", "iqdbflat.db");
    }
}

/// <summary>The kind of store.</summary>
public enum StorageProvider
{
    /// <summary>One file, for one silo; survives everything but its disk.</summary>
    Sqlite = 0,

    /// <summary>The cluster's memory: for tests and trials. Nothing survives.</summary>
    Memory = 1,

    /// <summary>A PostgreSQL database, version 15 or later, for clusters.</summary>
    PostgreSql = 2,

    /// <summary>A Redis server, for clusters; as durable as it is configured to be.</summary>
    Redis = 3,
}

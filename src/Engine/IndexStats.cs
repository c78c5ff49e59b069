namespace IqdbFlat.Engine;

/// <summary>What an index holds.</summary>
/// <param name="Vectors">Live rows.</param>
/// <param name="MemoryBytes">Bytes in memory: vectors, ids, lookup, metadata, and what is held in reserve.</param>
/// <param name="DiskBytes">Bytes in a store; 0 for an index in one process.</param>
public sealed record IndexStats(long Vectors, long MemoryBytes, long DiskBytes)
{
    /// <summary>The kind of index: always "flat", exact by a scan of every row.</summary>
    public string IndexType { get; } = "flat";
}

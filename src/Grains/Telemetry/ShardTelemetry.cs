using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Shards;

namespace IqdbFlat.Grains.Telemetry;

/// <summary>What is told of one shard while it is on this silo. The shard writes, whoever measures reads.</summary>
internal sealed class ShardTelemetry(SiloTelemetry silo, KeyValuePair<string, object?>[] tags) : IDisposable
{
    private ShardProgress? _loading;
    private Figures _figures = new(0, 0, 0, default);

    /// <summary>Index, shard and silo.</summary>
    public KeyValuePair<string, object?>[] Tags => tags;

    public long Rows => Now.Rows;

    public long MemoryBytes => Now.MemoryBytes;

    public long StoredBytes => Now.StoredBytes;

    public long LogPosition => (long)Now.End.Position;

    public long LogEpoch => (long)Now.End.Epoch;

    /// <summary>From 0 to 1, and 1 only once all rows are there.</summary>
    public double Recovery => Volatile.Read(ref _loading)?.Share ?? 1;

    private Figures Now => Volatile.Read(ref _figures);

    /// <summary>The shard begins to load.</summary>
    public void Loads(ShardProgress progress) => Volatile.Write(ref _loading, progress);

    /// <summary>The shard holds this from now on; it has loaded.</summary>
    public void Holds(long rows, long memoryBytes, long storedBytes, LogPosition end)
    {
        Volatile.Write(ref _figures, new(rows, memoryBytes, storedBytes, end));
        Volatile.Write(ref _loading, null);
    }

    /// <summary>The shard answered searches.</summary>
    public void Searched(ShardScan scan, TimeSpan elapsed)
    {
        silo.SearchDuration.Record(elapsed.TotalSeconds, tags);
        silo.ScanTime.Add((scan.FilterTime + scan.ScanTime + scan.MergeTime).TotalSeconds, tags);
        silo.RowsMet.Add(scan.Rows, tags);
        silo.RowsFiltered.Add(scan.Filtered, tags);
        silo.RowsPruned.Add(scan.Pruned, tags);
        silo.BytesRead.Add(scan.BytesRead, tags);
    }

    public void Dispose() => silo.Close(this);

    private sealed record Figures(long Rows, long MemoryBytes, long StoredBytes, LogPosition End);
}

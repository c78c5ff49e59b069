using IqdbFlat.Grains.Log;

namespace IqdbFlat.Grains.Shards;

/// <summary>How far a shard's loading has come, written by the loading thread and read by requests.</summary>
internal sealed class ShardProgress : IProgress<RecoveryProgress>
{
    private long _loaded;
    private long _expected;

    public void Report(RecoveryProgress value)
    {
        Volatile.Write(ref _expected, value.RowsExpected);
        Volatile.Write(ref _loaded, value.RowsLoaded);
    }

    /// <summary>The share that is loaded, below 1.</summary>
    public double Share => Volatile.Read(ref _expected) is > 0 and var expected ? Math.Min((double)Volatile.Read(ref _loaded) / expected, 0.999) : 0;

    /// <summary>The sentence that a caller reads meanwhile.</summary>
    public string Describe(int shard) =>
        $"shard {shard} has loaded {Volatile.Read(ref _loaded)} of {Volatile.Read(ref _expected)} rows";
}

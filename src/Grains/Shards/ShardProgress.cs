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

    /// <summary>The sentence that a caller reads meanwhile.</summary>
    public string Describe(int shard) =>
        $"shard {shard} has loaded {Volatile.Read(ref _loaded)} of {Volatile.Read(ref _expected)} rows";
}

using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Grains.Tests.Log;

/// <summary>Shards and batches for tests of the log.</summary>
internal static class Shards
{
    public static readonly ShardSettings Settings = new("01JD0000000000000000000000", 3, 8, 3, Metric.Cosine);

    /// <summary>Pauses so short that a test does not notice them.</summary>
    public static ShardLogOptions Quick => new() { FirstPause = TimeSpan.FromTicks(1), LongestPause = TimeSpan.FromTicks(10), SegmentBytes = 400 };

    /// <summary>The same, and records that put rows stay and count as segments.</summary>
    public static ShardLogOptions Keeping => new() { FirstPause = Quick.FirstPause, LongestPause = Quick.LongestPause, SegmentBytes = 400, KeptRecordBytes = 1 };

    public static async Task<(ShardLog Log, ShardModel Rows)> OpenAsync(IRecordStore store, ShardLogOptions? options = null)
    {
        var rows = new ShardModel();
        return (await ShardLog.OpenAsync(store, Guid.NewGuid(), rows, options ?? Quick), rows);
    }

    public static async Task<MemoryRecords> MadeAsync()
    {
        var records = new MemoryRecords();
        await ShardLog.CreateAsync(new MemoryRecordStore(records), Settings, Quick);
        return records;
    }

    /// <summary>The positions that are taken in the log of the first activation.</summary>
    public static ulong[] TakenIn(MemoryRecords records) =>
        [.. records.Names.Where(name => name.StartsWith("log/0000000000000001/", StringComparison.Ordinal)).Select(name => Convert.ToUInt64(name[^16..], 16))];

    public static ShardBatch Batch(params ShardOperation[] operations) => new(operations);

    public static ShardOperation Put(ulong id, ulong sequence, float x = 1) =>
        ShardOperation.Put(id, sequence, new[] { x, -0.0f, id }, Metadata.From(("n", (long)sequence)));

    public static async Task CommitAsync(ShardLog log, ShardModel model, ShardBatch batch)
    {
        await log.CommitAsync(batch);
        model.Apply(batch);
    }
}

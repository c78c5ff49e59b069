using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Log;

namespace IqdbFlat.Grains.Shards;

/// <summary>A batch whose rows are where readers do not see them yet. Disposed without being published it is as if it had never been.</summary>
internal sealed class StagedBatch(ShardRows rows, ShardBatch batch, RowWriter? writer) : IDisposable
{
    /// <summary>Shows all of the batch at once, when it is durable.</summary>
    public void Publish()
    {
        writer?.Publish();
        rows.Published(batch);
    }

    public void Dispose() => writer?.Dispose();
}

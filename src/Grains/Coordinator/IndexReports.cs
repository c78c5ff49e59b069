using IqdbFlat.Abstractions;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>Asks every shard what it holds.</summary>
internal sealed class IndexReports(IGrainFactory grains, Retry retry)
{
    public async Task<IndexReport> RunAsync(IndexDescription index, CancellationToken cancellationToken)
    {
        var shards = await ShardFanOut.AskAsync(
            Enumerable.Range(0, index.Settings.Shards), (shard, stop) => AskAsync(index, shard, stop), cancellationToken);
        return new() { Description = index, Shards = shards };
    }

    private Task<ShardStats> AskAsync(IndexDescription index, int shard, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IShardGrain>(index.ShardKey(shard));
        return retry.ReadAsync(() => grain.ReportShard(index.Epoch, cancellationToken), shard, cancellationToken);
    }
}

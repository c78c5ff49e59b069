using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Listing;
using IqdbFlat.Grains.Shards;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>Ordered lists and counts over all shards of an index.</summary>
internal sealed class RowLists(IGrainFactory grains, Retry retry)
{
    public async Task<Page> ListAsync(IndexDescription index, ListRequest request, CancellationToken cancellationToken)
    {
        var part = new ShardList
        {
            IndexEpoch = index.Epoch,
            Filter = request.Filter,
            OrderFields = request.OrderFields,
            Descending = request.Descending,
            AfterSequence = request.AfterSequence,
            After = request.After,
            Limit = request.Limit,
            WithVectors = request.WithVectors,
        };
        var (order, _) = ListRequestCheck.Part(part);
        var parts = await ShardFanOut.AskAsync(
            Enumerable.Range(0, index.Settings.Shards),
            (shard, stop) => AskAsync(index, shard, grain => grain.ListRows(part with { Seen = SearchFanOut.SeenOf(request.Seen, shard) }, stop), stop),
            cancellationToken);
        var rows = StoredRowBlocks.By(order, parts, index.Settings.Dimension, request.Limit);
        return new() { Rows = rows, More = rows.More };
    }

    public async Task<RowCount> CountAsync(IndexDescription index, CountRequest request, CancellationToken cancellationToken)
    {
        FilterLimits.Check(request.Filter.Filter);
        var counts = await ShardFanOut.AskAsync(
            Enumerable.Range(0, index.Settings.Shards),
            (shard, stop) => AskAsync(index, shard, grain => grain.CountRows(PartOf(shard), stop), stop),
            cancellationToken);
        return new(counts.Sum(count => count.Rows));

        ShardCount PartOf(int shard) => new() { IndexEpoch = index.Epoch, Filter = request.Filter, Seen = SearchFanOut.SeenOf(request.Seen, shard) };
    }

    private Task<T> AskAsync<T>(IndexDescription index, int shard, Func<IShardGrain, Task<T>> ask, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IShardGrain>(index.ShardKey(shard));
        return retry.ReadAsync(() => ask(grain), shard, cancellationToken);
    }
}

using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Listing;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Grains.Shards;

internal sealed partial class ShardGrain
{
    // A list looks at many rows off the grain's turn. One at a time: the thread pool is there for others too.
    private readonly SemaphoreSlim _lists = new(1);

    public async Task<StoredRowBlock> ListRows(ShardList request, CancellationToken cancellationToken)
    {
        ShardRequestCheck.NotNull(request);
        var (order, after) = ListRequestCheck.Part(request);
        return await ListAsync(
            request.IndexEpoch, request.Seen, snapshot => ShardReads.List(snapshot, request, order, after, cancellationToken), cancellationToken);
    }

    public async Task<RowCount> CountRows(ShardCount request, CancellationToken cancellationToken)
    {
        ShardRequestCheck.NotNull(request);
        FilterLimits.Check(request.Filter.Filter);
        return await ListAsync(
            request.IndexEpoch,
            request.Seen,
            snapshot => new RowCount(new RowSelection(snapshot, request.Filter.Filter, cancellationToken).Count()),
            cancellationToken);
    }

    private async Task<T> ListAsync<T>(ulong indexEpoch, ShardPosition? seen, Func<RowSnapshot, T> list, CancellationToken cancellationToken)
    {
        // First, so that those who come while the shard loads wait side by side, and not each for all before it.
        await ReadyAsync(indexEpoch);
        await FreshAsync(seen, Freshness.Session, cancellationToken);
        await _lists.WaitAsync(cancellationToken);
        try
        {
            // The shard may have been dropped meanwhile.
            var snapshot = (await ReadyAsync(indexEpoch)).Snapshot;
            return await Task.Run(() => list(snapshot), cancellationToken);
        }
        finally
        {
            _lists.Release();
        }
    }
}

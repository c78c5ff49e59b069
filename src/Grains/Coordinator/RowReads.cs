using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>Rows by id, and rows in the order of insertion, over all shards of an index.</summary>
internal sealed class RowReads(IGrainFactory grains, Retry retry)
{
    /// <summary>Ids of one request, at most.</summary>
    public const int MaxIds = 65_536;

    /// <summary>Rows of one page, at most.</summary>
    public const int MaxPageRows = 65_536;

    public async Task<StoredRowBlock> GetAsync(IndexDescription index, GetRequest request, CancellationToken cancellationToken)
    {
        if (request.Ids.Count > MaxIds)
            throw FlatIndexException.ResourceLimitExceeded("ids in one request", MaxIds, request.Ids.Count);
        foreach (var id in request.Ids.Span)
            RowIdLimits.Check(id);
        var byShard = request.Ids.Span.ToArray().GroupBy(id => index.Slots.ShardOf(id));
        var parts = await ShardFanOut.AskAsync(
            byShard,
            (group, stop) => ReadAsync(index, group.Key, new()
            {
                IndexEpoch = index.Epoch,
                Seen = SearchFanOut.SeenOf(request.Seen, group.Key),
                Ids = group.ToArray(),
                WithContent = request.WithContent,
            }, stop),
            cancellationToken);
        return StoredRowBlocks.BySequence(parts, index.Settings.Dimension);
    }

    public async Task<Page> PageAsync(IndexDescription index, PageRequest request, CancellationToken cancellationToken)
    {
        if (request.Limit < 1)
            throw FlatIndexException.InvalidConfig($"a page has at least 1 row, found {request.Limit}");
        int limit = Math.Min(request.Limit, MaxPageRows);
        var parts = await ShardFanOut.AskAsync(
            Enumerable.Range(0, index.Settings.Shards),
            (shard, stop) => ReadAsync(index, shard, new()
            {
                IndexEpoch = index.Epoch,
                Seen = SearchFanOut.SeenOf(request.Seen, shard),
                WithContent = true,
                AfterSequence = request.AfterSequence,
                Limit = limit,
            }, stop),
            cancellationToken);
        var rows = StoredRowBlocks.BySequence(parts, index.Settings.Dimension, limit);
        return new() { Rows = rows, More = rows.More };
    }

    private Task<StoredRowBlock> ReadAsync(IndexDescription index, int shard, ShardRead read, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IShardGrain>(index.ShardKey(shard));
        return retry.ReadAsync(() => grain.ReadRows(read, cancellationToken), shard, cancellationToken);
    }
}

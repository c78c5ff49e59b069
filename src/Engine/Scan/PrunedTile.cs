using System.Numerics;
using IqdbFlat.Engine.Pruning;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Scan;

/// <summary>
/// Prunes the rows of a chunk for several searches at once, block by block: codes come from memory once, and only rows that the bound of a search
/// lets pass are measured for it, as <see cref="PrunedScan"/> does for one search.
/// </summary>
internal sealed unsafe class PrunedTile
{
    private readonly double[] _limits = new double[QueryTile.MostQueries];
    private readonly uint[] _keys = new uint[QueryTile.MostQueries];
    private readonly QueryCode?[] _codes = new QueryCode?[QueryTile.MostQueries];
    private CodeTile? _tile;

    /// <summary>Takes searches of one snapshot, whose rows have codes, at most <see cref="QueryTile.MostQueries"/>.</summary>
    public void Take(ReadOnlySpan<SnapshotSearch> searches, CodeLayout layout, int mostQueries)
    {
        for (int i = 0; i < searches.Length; i++)
        {
            _codes[i] = searches[i].Pruning?.Query;
            _keys[i] = uint.MaxValue;
            _limits[i] = double.PositiveInfinity;
        }

        if (_tile?.Layout != layout)
            _tile = new CodeTile(layout, mostQueries);
        _tile.Take(_codes.AsSpan(0, searches.Length));
    }

    /// <summary>The live rows from <paramref name="first"/> to before <paramref name="end"/>, both whole blocks or the view's end.</summary>
    /// <param name="view">The segment, whose rows have codes.</param>
    /// <param name="firstRow">The number of its first row.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">Past the last.</param>
    /// <param name="mask">The rows wanted; null for all that live.</param>
    /// <param name="searches">The searches that were taken.</param>
    /// <param name="workers">Where each gathers; null for one that takes no part.</param>
    public void Run(
        SegmentView view, int firstRow, int first, int end, ulong[]? mask, ReadOnlySpan<SnapshotSearch> searches, ReadOnlySpan<ScanWorker?> workers)
    {
        var codes = view.Segment.Codes!;
        var layout = _tile!.Layout;
        Span<long> tested = stackalloc long[QueryTile.MostQueries];
        Span<long> survived = stackalloc long[QueryTile.MostQueries];
        tested.Clear();
        survived.Clear();
        for (int start = first; start < end; start += layout.BlockRows)
        {
            int count = Math.Min(layout.BlockRows, end - start);
            ulong wanted = view.Wanted(start, count, mask);
            if (wanted == 0)
                continue;
            int rows = BitOperations.PopCount(wanted);
            bool isTaken = false;
            for (int i = 0; i < searches.Length; i++)
            {
                if (workers[i] is not { } worker)
                    continue;
                var search = searches[i];
                ulong left = wanted;
                if (IsLimited(i, search.Pruning, worker))
                {
                    if (!isTaken)
                        _tile.TakeBlock(codes.Blocks + layout.BlockOf(start), searches.Length);
                    isTaken = true;
                    left &= ~_tile.Out(i, _limits[i]);
                    worker.BytesRead += layout.BlockBytes;
                    worker.Plans |= SearchPlans.Pruned;
                    tested[i] += rows;
                    survived[i] += BitOperations.PopCount(left);
                }
                else
                {
                    worker.Plans |= SearchPlans.Scan;
                }

                int measured = BitOperations.PopCount(left);
                worker.Pruned += rows - measured;
                worker.Scanned += measured;
                if (measured > 0)
                    new PrunedScan(view, firstRow, search.Query, search.Pruning!, worker).Measure(start, count, measured, left);
            }
        }

        for (int i = 0; i < searches.Length; i++)
        {
            if (workers[i] is not { } worker)
                continue;
            searches[i].Pruning?.Limit.Offer(worker.Nearest.WorstKey);
            worker.Guard.Learn(tested[i], survived[i]);
        }

        GC.KeepAlive(view.Segment.Memory);
        GC.KeepAlive(codes);
    }

    /// <summary>Whether a search has a k-th to prune against; brings its limit up to date.</summary>
    private bool IsLimited(int query, QueryPruning? pruning, ScanWorker worker)
    {
        if (pruning is null)
            return false;
        uint key = Math.Min(worker.Nearest.WorstKey, pruning.Limit.Key);
        if (key != _keys[query])
        {
            _keys[query] = key;
            _limits[query] = pruning.Query.LimitOf(DistanceOrder.FromKey(key));
        }

        return key != uint.MaxValue;
    }
}

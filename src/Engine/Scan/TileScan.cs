using System.Numerics;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Scan;

/// <summary>
/// Measures the rows of a chunk for several searches at once, block by block: a block of rows comes from memory once and stays in the cache for all
/// of them. Keeps its buffers, so one serves one thread.
/// </summary>
/// <param name="time">The clock of the stages' times, of which each search is told its share.</param>
internal sealed unsafe class TileScan(TimeProvider time)
{
    private readonly int[] _offsets = new int[QueryTile.MostBlockRows];
    private readonly ScanWorker?[] _workers = new ScanWorker?[QueryTile.MostQueries];
    private SnapshotSearch[] _searches = [];
    private QueryTile? _tile;
    private SegmentMemory? _gathered;
    private PrunedTile? _pruned;
    private bool _isPrunedTaken;

    /// <summary>Takes the searches that the next chunk is for: at most <see cref="QueryTile.MostOf"/>, of one snapshot. Those without a worker take no part.</summary>
    /// <remarks>The queries are copied side by side. That costs little beside a chunk, and nothing while a tile stays the same.</remarks>
    public void Take(SnapshotSearch[] searches, ReadOnlySpan<ScanWorker?> workers)
    {
        workers.CopyTo(_workers);
        _workers.AsSpan(workers.Length).Clear();
        if (ReferenceEquals(searches, _searches))
            return;
        _searches = [];
        var tile = TileFor(searches[0].Query.Stride);
        tile.Begin(searches[0].Query.Metric);
        foreach (var search in searches)
            tile.Add(search.Query);
        _searches = searches;
        _isPrunedTaken = false;
    }

    /// <summary>Forgets the searches: a thread that has nothing to do keeps no rows alive.</summary>
    public void Release()
    {
        _searches = [];
        Array.Clear(_workers);
    }

    /// <summary>Every live row from <paramref name="first"/> to before <paramref name="end"/>. Dead rows are measured along and not offered.</summary>
    public void All(SegmentView view, int firstRow, int first, int end)
    {
        long began = time.GetTimestamp();
        var tile = _tile!;
        for (int start = first; start < end; start += tile.BlockRows)
        {
            int count = Math.Min(tile.BlockRows, end - start);
            int live = count - Tombstones.CountIn(view.Dead, start, count);
            if (live == 0)
                continue;
            var memory = view.Segment.Memory;
            tile.Measure(memory.Rows + ((long)start * tile.Stride), count);
            GC.KeepAlive(memory);
            for (int query = 0; query < _searches.Length; query++)
            {
                if (_workers[query] is not { } worker)
                    continue;
                Count(worker, live, count);
                new RowOffer<SegmentRows>(new(view, firstRow), worker.Nearest, tile.MeasuresSquares).Block(start, count, tile.MeasuredOf(query));
            }
        }

        GC.KeepAlive(tile);
        Share(filterTicks: 0, time.GetTimestamp() - began, SearchPlans.Scan);
    }

    /// <summary>
    /// The live rows from <paramref name="first"/> to before <paramref name="end"/> that a mask over the segment names, or all where there is none. They are brought
    /// together first: once for all searches, and then they lie as a block does.
    /// </summary>
    /// <param name="view">The segment.</param>
    /// <param name="firstRow">The number of its first row.</param>
    /// <param name="mask">The rows wanted, dead ones included; null for all.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row behind the last.</param>
    /// <param name="filterTicks">What the mask took.</param>
    /// <param name="plan">How it was come by.</param>
    public void Masked(SegmentView view, int firstRow, ulong[]? mask, int first, int end, long filterTicks, SearchPlans plan)
    {
        long began = time.GetTimestamp();
        var tile = _tile!;
        _gathered ??= new SegmentMemory((long)tile.BlockRows * tile.Stride * sizeof(float));
        var memory = view.Segment.Memory;
        int count = 0;
        for (int start = first, next; start < end; start = next)
        {
            next = Math.Min((start | 63) + 1, end);
            ulong bits = view.Wanted(start, next - start, mask);
            for (; bits != 0; bits &= bits - 1)
            {
                int offset = start + BitOperations.TrailingZeroCount(bits);
                new ReadOnlySpan<float>(memory.Rows + ((long)offset * _searches[0].Query.RowStride) + _searches[0].Query.Offset, tile.Stride).CopyTo(new Span<float>(_gathered.Rows + ((long)count * tile.Stride), tile.Stride));
                _offsets[count++] = offset;
                if (count == tile.BlockRows)
                {
                    Gathered(view, firstRow, count);
                    count = 0;
                }
            }
        }

        GC.KeepAlive(memory);
        Gathered(view, firstRow, count);
        Share(filterTicks, time.GetTimestamp() - began, plan | SearchPlans.Gather);
    }

    /// <summary>The live rows from <paramref name="first"/> to before <paramref name="end"/> that a mask names, or all where there is none, each search pruning by its bound.</summary>
    /// <param name="view">The segment, whose rows have codes.</param>
    /// <param name="firstRow">The number of its first row.</param>
    /// <param name="mask">The rows that the filter selects, dead ones included; null for all.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row behind the last.</param>
    /// <param name="filterTicks">What the mask took.</param>
    /// <param name="plan">How it was come by.</param>
    public void Pruned(SegmentView view, int firstRow, ulong[]? mask, int first, int end, long filterTicks, SearchPlans plan)
    {
        long began = time.GetTimestamp();
        _pruned ??= new PrunedTile();
        if (!_isPrunedTaken)
            _pruned.Take(_searches, _searches[0].Pruning!.Layout, QueryTile.MostOf(_tile!.Stride));
        _isPrunedTaken = true;
        _pruned.Run(view, firstRow, first, end, mask, _searches, _workers.AsSpan(0, _searches.Length));
        Share(filterTicks, time.GetTimestamp() - began, plan);
    }

    private void Gathered(SegmentView view, int firstRow, int count)
    {
        if (count == 0)
            return;
        var tile = _tile!;
        tile.Measure(_gathered!.Rows, count);
        for (int query = 0; query < _searches.Length; query++)
        {
            if (_workers[query] is not { } worker)
                continue;
            Count(worker, count, count);
            new RowOffer<SegmentRows>(new(view, firstRow), worker.Nearest, tile.MeasuresSquares).Gathered(_offsets.AsSpan(0, count), tile.MeasuredOf(query));
        }

        GC.KeepAlive(tile);
    }

    private void Count(ScanWorker worker, int live, int read)
    {
        worker.Scanned += live;
        worker.BytesRead += (long)read * _tile!.Stride * sizeof(float);
    }

    /// <summary>Tells each search its part of the time, so that the times of all searches add up to what the threads took.</summary>
    private void Share(long filterTicks, long scanTicks, SearchPlans plan)
    {
        foreach (var worker in _workers.AsSpan(0, _searches.Length))
        {
            if (worker is null)
                continue;
            worker.FilterTicks += filterTicks / _searches.Length;
            worker.ScanTicks += scanTicks / _searches.Length;
            worker.Plans |= plan;
        }
    }

    private QueryTile TileFor(int stride)
    {
        if (_tile is not null && _tile.Stride == stride)
            return _tile;
        _gathered = null;
        return _tile = new QueryTile(stride, QueryTile.MostOf(stride));
    }
}

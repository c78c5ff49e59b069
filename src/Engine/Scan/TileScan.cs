using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Scan;

/// <summary>
/// Measures the rows of a chunk for several searches at once, block by block: a block of rows comes from memory once and stays in the cache for all
/// of them. Keeps its buffers, so one serves one thread.
/// </summary>
/// <param name="time">The clock of the stages' times, of which each search is told its share.</param>
internal sealed unsafe class TileScan(TimeProvider time)
{
    /// <summary>The most searches of a tile; of vectors longer than 4,096 floats fewer, so that the queries of a tile take 1 MiB at the most.</summary>
    public const int MostQueries = 64;

    private const int MostQueryFloats = 1 << 18;
    private const int BlockBytes = 64 << 10;
    private const int MostBlockRows = 96;
    private const int FewestBlockRows = 18;

    /// <summary>What goes into the kernel's sixes and into the sixteen that are compared at once; small blocks are sixes alone.</summary>
    private const int EvenRows = 48;
    private const int FewRows = 6;

    /// <summary>Between the distances of two queries, so that those of all queries do not meet in a few sets of the cache.</summary>
    private const int PitchGap = 16;

    private readonly int[] _offsets = new int[MostBlockRows];
    private readonly ScanWorker?[] _workers = new ScanWorker?[MostQueries];
    private SnapshotSearch[] _searches = [];
    private SegmentMemory? _memory;
    private SegmentMemory? _gathered;
    private int _stride;
    private int _blockRows;
    private int _pitch;
    private Metric _measured;
    private bool _squares;
    private PrunedTile? _pruned;
    private bool _isPrunedTaken;

    /// <summary>The most searches of one tile, of rows so many floats apart.</summary>
    public static int MostOf(int stride) => Math.Clamp(MostQueryFloats / stride, 1, MostQueries);

    private float* Queries => _memory!.Rows;

    private float* Squares => _memory!.Rows + ((long)MostOf(_stride) * _stride);

    private float* Distances => Squares + MostQueries;

    /// <summary>Takes the searches that the next chunk is for: at most <see cref="MostOf"/>, of one snapshot. Those without a worker take no part.</summary>
    /// <remarks>The queries are copied side by side. That costs little beside a chunk, and nothing while a tile stays the same.</remarks>
    public void Take(SnapshotSearch[] searches, ReadOnlySpan<ScanWorker?> workers)
    {
        workers.CopyTo(_workers);
        _workers.AsSpan(workers.Length).Clear();
        if (ReferenceEquals(searches, _searches))
            return;
        Reserve(searches[0].Query.Stride);
        _squares = searches[0].Query.Metric == Metric.Euclidean;
        _measured = _squares ? Metric.SquaredEuclidean : searches[0].Query.Metric;
        for (int i = 0; i < searches.Length; i++)
        {
            var query = searches[i].Query;
            query.Padded.CopyTo(new Span<float>(Queries + ((long)i * _stride), _stride));
            Squares[i] = query.Squares;
        }

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
        for (int start = first; start < end; start += _blockRows)
        {
            int count = Math.Min(_blockRows, end - start);
            int live = count - Tombstones.CountIn(view.Dead, start, count);
            if (live == 0)
                continue;
            var memory = view.Segment.Memory;
            Measure(memory.Rows + ((long)start * _stride), count);
            GC.KeepAlive(memory);
            for (int query = 0; query < _searches.Length; query++)
            {
                if (_workers[query] is not { } worker)
                    continue;
                Count(worker, live, count);
                new TileOffer(view, firstRow, worker.Nearest, _squares).Block(start, count, Distances + (query * _pitch));
            }
        }

        Share(filterTicks: 0, time.GetTimestamp() - began, SearchPlans.Scan);
    }

    /// <summary>
    /// The live rows from <paramref name="first"/> to before <paramref name="end"/> that a mask over the segment names. They are brought together first: once
    /// for all searches, and then they lie as a block does.
    /// </summary>
    /// <param name="view">The segment.</param>
    /// <param name="firstRow">The number of its first row.</param>
    /// <param name="mask">The rows that the filter selects, dead ones included.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row behind the last.</param>
    /// <param name="filterTicks">What the mask took.</param>
    /// <param name="plan">How it was come by.</param>
    public void Masked(SegmentView view, int firstRow, ulong[] mask, int first, int end, long filterTicks, SearchPlans plan)
    {
        long began = time.GetTimestamp();
        _gathered ??= new SegmentMemory((long)_blockRows * _stride * sizeof(float));
        var memory = view.Segment.Memory;
        int count = 0;
        for (int start = first; start < end; start = (start | 63) + 1)
        {
            ulong bits = Tombstones.Word(mask, start >> 6) & ~Tombstones.Word(view.Dead, start >> 6) & (ulong.MaxValue << start);
            if ((end >> 6) == (start >> 6))
                bits &= (1UL << end) - 1;
            for (; bits != 0; bits &= bits - 1)
            {
                int offset = (start & ~63) + BitOperations.TrailingZeroCount(bits);
                new ReadOnlySpan<float>(memory.Rows + ((long)offset * _searches[0].Query.RowStride) + _searches[0].Query.Offset, _stride).CopyTo(new Span<float>(_gathered.Rows + ((long)count * _stride), _stride));
                _offsets[count++] = offset;
                if (count == _blockRows)
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
            _pruned.Take(_searches, _searches[0].Pruning!.Layout, MostOf(_stride));
        _isPrunedTaken = true;
        _pruned.Run(view, firstRow, first, end, mask, _searches, _workers.AsSpan(0, _searches.Length));
        Share(filterTicks, time.GetTimestamp() - began, plan);
    }

    private void Gathered(SegmentView view, int firstRow, int count)
    {
        if (count == 0)
            return;
        Measure(_gathered!.Rows, count);
        for (int query = 0; query < _searches.Length; query++)
        {
            if (_workers[query] is not { } worker)
                continue;
            Count(worker, count, count);
            new TileOffer(view, firstRow, worker.Nearest, _squares).Gathered(_offsets.AsSpan(0, count), Distances + (query * _pitch));
        }
    }

    private void Count(ScanWorker worker, int live, int read)
    {
        worker.Scanned += live;
        worker.BytesRead += (long)read * _stride * sizeof(float);
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

    private void Measure(float* rows, int count)
    {
        DistanceTile.Compute(_measured, Queries, Squares, _searches.Length, rows, _stride, count, Distances, _pitch);
        GC.KeepAlive(_memory);
    }

    private void Reserve(int stride)
    {
        if (stride == _stride)
            return;
        _searches = [];
        _gathered = null;
        _stride = stride;
        int rows = Math.Clamp(BlockBytes / sizeof(float) / stride, FewestBlockRows, MostBlockRows);
        _blockRows = rows - (rows % (rows < EvenRows ? FewRows : EvenRows));
        _pitch = _blockRows + PitchGap;
        _memory = new SegmentMemory((((long)MostOf(stride) * stride) + MostQueries + (MostQueries * _pitch)) * sizeof(float));
    }
}

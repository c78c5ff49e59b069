using System.Numerics;
using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Pruning.Centres;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Pruning;

/// <summary>
/// Goes through rows of one segment block by block: the rows that the bound proves to be out are skipped, the others get their canonical
/// distance from their floats.
/// </summary>
internal readonly unsafe ref struct PrunedScan(SegmentView view, int firstRow, PreparedQuery query, QueryPruning pruning, ScanWorker worker)
{
    private const int MostFetched = 4_096;

    // Of the next block in bytes: what comes before it, the bound has asked for.
    private const int FirstFetched = 1_024;
    private const int LastFetched = 4_096;

    private readonly RowOffer<SegmentRows> _offer = new(new(view, firstRow), worker.Nearest, squares: false);

    /// <summary>The live rows from <paramref name="first"/> to before <paramref name="end"/>, both whole blocks or the view's end.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="end">Past the last.</param>
    /// <param name="mask">The rows wanted, a bit each from the segment's first; empty for all that live.</param>
    public void Run(int first, int end, ulong[]? mask)
    {
        var memory = view.Segment.Memory;
        var codes = view.Segment.Codes!;
        var centres = new CentreScan(view, query, pruning, worker);
        int blockRows = pruning.Layout.BlockRows;
        long tested = 0, survived = 0;
        uint key = uint.MaxValue;
        double limit = double.PositiveInfinity, fineLimit = limit;
        ulong nextWanted = 0;
        ulong nextLeft = 0;
        if (mask is null && view.DeadCount == 0 && !centres.IsOn)
            first = WholeBlocks(first, end, ref tested, ref survived);
        for (int start = first - blockRows; start < end; start += blockRows)
        {
            // The codes of the rows that are left of the block behind this one are on their way meanwhile: the first round only asks.
            ulong wanted = nextWanted;
            ulong left = nextLeft;
            if (Math.Min(worker.Nearest.WorstKey, pruning.Limit.Key) is var newKey && newKey != key)
            {
                float distance = DistanceOrder.FromKey(key = newKey);
                (limit, fineLimit) = (pruning.Query.LimitOf(distance), pruning.Query.FineLimitOf(distance));
                centres.Limit(key, distance);
            }

            int next = start + blockRows;
            int nextCount = Math.Min(blockRows, end - next);
            nextWanted = nextCount > 0 ? view.Wanted(next, nextCount, mask) : 0;
            nextLeft = centres.Left(next, nextCount, nextWanted);
            if (wanted == 0)
                continue;
            int rows = BitOperations.PopCount(wanted);
            if (key != uint.MaxValue && (left != wanted || IsWorthCodes(left)))
            {
                left = ByCodes(codes.Blocks + pruning.Layout.BlockOf(start), left, limit, fineLimit);
                int count = BitOperations.PopCount(left);
                worker.Plans |= SearchPlans.Pruned;
                worker.Pruned += rows - count;
                tested += rows;
                survived += count;
                rows = count;
            }
            else
            {
                worker.Plans |= SearchPlans.Scan;
            }

            worker.Scanned += rows;
            Measure(start, Math.Min(blockRows, end - start), rows, left);
        }

        pruning.Limit.Offer(worker.Nearest.WorstKey);
        worker.Guard.Learn(tested, survived);
        centres.Learn();
        GC.KeepAlive(memory);
        GC.KeepAlive(codes);
    }

    /// <summary>The blocks from <paramref name="first"/> on all of whose rows are wanted; nothing is known of them before their codes.</summary>
    /// <returns>Past the last whole block.</returns>
    private int WholeBlocks(int first, int end, ref long tested, ref long survived)
    {
        var layout = pruning.Layout;
        byte* codes = view.Segment.Codes!.Blocks;
        int blockRows = layout.BlockRows;
        ulong all = ulong.MaxValue >> (64 - blockRows);
        uint key = uint.MaxValue;
        double limit = double.PositiveInfinity, fineLimit = limit;
        int* dots = stackalloc int[CodeLayout.MostBlockRows];
        int lateStart = 0;
        ulong late = 0;
        int start = first;
        while (end - start >= blockRows)
        {
            if (Math.Min(worker.Nearest.WorstKey, pruning.Limit.Key) is var newKey && newKey != key)
            {
                float distance = DistanceOrder.FromKey(key = newKey);
                (limit, fineLimit) = (pruning.Query.LimitOf(distance), pruning.Query.FineLimitOf(distance));
            }

            if (key == uint.MaxValue)
            {
                worker.Plans |= SearchPlans.Scan;
                worker.Scanned += blockRows;
                Measure(start, blockRows, blockRows, all);
                start += blockRows;
                continue;
            }

            int skipped = pruning.Bound.Skip(codes + layout.BlockOf(start), (end - start) / blockRows, limit, dots, out ulong isOut);
            ulong left = all & ~isOut;
            if (left != 0)
                FetchCodes(codes + layout.BlockOf(start + ((skipped + 1) * blockRows)));
            left = Fine(codes + layout.BlockOf(start + (skipped * blockRows)), left, fineLimit, dots);
            int count = BitOperations.PopCount(left);
            int rows = (skipped + 1) * blockRows;
            worker.Plans |= SearchPlans.Pruned;
            worker.BytesRead += (skipped + 1L) * layout.BlockBytes;
            worker.Pruned += rows - count;
            worker.Scanned += count;
            tested += rows;
            survived += count;
            start += rows;
            if (count == 0)
                continue;

            // The rows that are left are on their way while more codes are looked at, and are measured when others follow them.
            FetchRows(start - blockRows, left);
            Measure(lateStart, blockRows, BitOperations.PopCount(late), late);
            (lateStart, late) = (start - blockRows, left);
        }

        Measure(lateStart, blockRows, BitOperations.PopCount(late), late);
        return start;
    }

    /// <summary>Those of the rows left that their codes do not put out; all of them where reading the rows themselves is less.</summary>
    private ulong ByCodes(byte* block, ulong left, double limit, double fineLimit)
    {
        if (!IsWorthCodes(left))
            return left;
        worker.BytesRead += pruning.BytesFor(left);
        left &= ~(pruning.IsSparse(left) ? pruning.Bound.Out(block, left, limit) : pruning.Bound.Out(block, limit));
        return Fine(block, left, fineLimit, null);
    }

    /// <summary>Those of the rows left that a second look does not put out; all of them where they are half of a block, which is measured whole.</summary>
    private ulong Fine(byte* block, ulong left, double fineLimit, int* dots) =>
        left != 0 && pruning.IsSparse(left) ? left & ~pruning.Bound.FineOut(block, left, fineLimit, dots) : left;

    private bool IsWorthCodes(ulong left) => left != 0 && (long)BitOperations.PopCount(left) * query.Stride * sizeof(float) > pruning.BytesFor(left);

    /// <summary>Measures and offers the <paramref name="rows"/> rows wanted of a block of <paramref name="count"/>.</summary>
    public void Measure(int start, int count, int rows, ulong wanted)
    {
        float* distances = stackalloc float[CodeLayout.MostBlockRows];
        if (rows == 0)
            return;
        if (rows > count / 2)
        {
            Measure(start, count, distances);
            for (; wanted != 0; wanted &= wanted - 1)
            {
                int at = BitOperations.TrailingZeroCount(wanted);
                _offer.One(start + at, distances[at]);
            }

            return;
        }

        int* places = stackalloc int[CodeLayout.MostBlockRows];
        int found = 0;
        for (; wanted != 0; wanted &= wanted - 1)
            places[found++] = start + BitOperations.TrailingZeroCount(wanted);
        DistanceScan.Gather(query, view.Segment.Memory.Rows + query.Offset, places, found, distances);
        worker.BytesRead += (long)found * query.Stride * sizeof(float);
        _offer.Gathered(new ReadOnlySpan<int>(places, found), distances);
    }

    /// <summary>Asks for rows early; as much of each as does no harm to what is in the cache.</summary>
    public void FetchRows(int start, ulong rows)
    {
        if (!CacheLine.CanFetch)
            return;
        int floats = Math.Min(query.Stride, MostFetched);
        for (; rows != 0; rows &= rows - 1)
        {
            float* row = view.Segment.Memory.Rows + ((long)(start + BitOperations.TrailingZeroCount(rows)) * query.RowStride) + query.Offset;
            for (int at = 0; at < floats; at += PreparedQuery.Granule)
                CacheLine.FetchBeyondFirst(row + at);
        }
    }

    /// <summary>Asks for the codes that come next, so that memory is not idle while rows are looked at more closely.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchCodes(byte* block)
    {
        if (!CacheLine.CanFetch)
            return;
        for (int at = FirstFetched; at < LastFetched; at += CacheLine.Bytes)
            CacheLine.Fetch(block + at);
    }

    private void Measure(int offset, int count, float* distances)
    {
        DistanceScan.Compute(query, view.Segment.Memory.Rows + ((long)offset * query.RowStride) + query.Offset, count, distances);
        worker.BytesRead += (long)count * query.Stride * sizeof(float);
    }
}

using System.Numerics;
using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Metrics;
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
    private const int MostBlockRows = 64;

    /// <summary>The live rows from <paramref name="first"/> to before <paramref name="end"/>, both whole blocks or the view's end.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="end">Past the last.</param>
    /// <param name="mask">The rows wanted, a bit each from the segment's first; empty for all that live.</param>
    public void Run(int first, int end, ulong[]? mask)
    {
        var memory = view.Segment.Memory;
        var codes = view.Segment.Codes!;
        int blockRows = pruning.Layout.BlockRows;
        long tested = 0, survived = 0;
        uint lastKey = uint.MaxValue;
        double limit = double.PositiveInfinity;
        for (int start = first; start < end; start += blockRows)
        {
            int count = Math.Min(blockRows, end - start);
            ulong wanted = Wanted(start, count, mask);
            if (wanted == 0)
                continue;
            int rows = BitOperations.PopCount(wanted);
            uint key = Math.Min(worker.Nearest.WorstKey, pruning.Limit.Key);
            if (key != uint.MaxValue && IsWorthBounds(rows))
            {
                if (key != lastKey)
                    limit = pruning.Query.LimitOf(DistanceOrder.FromKey(lastKey = key));
                wanted &= ~pruning.Bound.Out(codes.Blocks + pruning.Layout.BlockOf(start), limit);
                worker.BytesRead += pruning.Layout.BlockBytes;
                worker.Plans |= SearchPlans.Pruned;
                int left = BitOperations.PopCount(wanted);
                worker.Pruned += rows - left;
                tested += rows;
                survived += left;
                rows = left;
            }
            else
            {
                worker.Plans |= SearchPlans.Scan;
            }

            worker.Scanned += rows;
            Measure(start, count, rows, wanted);
        }

        pruning.Limit.Offer(worker.Nearest.WorstKey);
        worker.Guard.Learn(tested, survived);
        GC.KeepAlive(memory);
        GC.KeepAlive(codes);
    }

    /// <summary>Whether reading the codes of a whole block is less than reading the rows wanted of it.</summary>
    private bool IsWorthBounds(int rows) => (long)rows * query.Stride * sizeof(float) > pruning.Layout.BlockBytes;

    private ulong Wanted(int start, int count, ulong[]? mask)
    {
        ulong bits = ~Tombstones.Word(view.Dead, start >> 6);
        if (mask is not null)
            bits &= Tombstones.Word(mask, start >> 6);
        bits >>= start & 63;
        return count == MostBlockRows ? bits : bits & ((1UL << count) - 1);
    }

    private void Measure(int start, int count, int rows, ulong wanted)
    {
        float* distances = stackalloc float[MostBlockRows];
        if (rows == 0)
            return;
        if (rows > count / 2)
        {
            Measure(start, count, distances);
            for (; wanted != 0; wanted &= wanted - 1)
            {
                int at = BitOperations.TrailingZeroCount(wanted);
                Offer(start + at, distances[at]);
            }

            return;
        }

        for (; wanted != 0; wanted &= wanted - 1)
        {
            int at = BitOperations.TrailingZeroCount(wanted);
            Measure(start + at, 1, distances);
            Offer(start + at, *distances);
        }
    }

    private void Measure(int offset, int count, float* distances)
    {
        DistanceScan.Compute(query, view.Segment.Memory.Rows + ((long)offset * query.RowStride) + query.Offset, count, distances);
        worker.BytesRead += (long)count * query.Stride * sizeof(float);
    }

    private void Offer(int offset, float distance)
    {
        uint key = DistanceOrder.KeyOf(distance);
        if (key <= worker.Nearest.WorstKey)
            worker.Nearest.Offer(key, view.Segment.SequenceAt(offset), firstRow + offset);
    }
}

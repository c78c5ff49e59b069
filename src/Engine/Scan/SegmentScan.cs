using System.Numerics;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Scan;

/// <summary>Measures rows of one segment in blocks and offers those that may be among the nearest.</summary>
internal readonly unsafe ref struct SegmentScan(SegmentView view, int firstRow, PreparedQuery query, ScanWorker worker)
{
    /// <summary>Rows a block: its distances stay in the first-level cache.</summary>
    internal const int BlockRows = 512;

    private readonly RowOffer<SegmentRows> _offer = new(new(view, firstRow), worker.Nearest, squares: false);

    /// <summary>Every row from <paramref name="first"/> to before <paramref name="end"/>; none of them is dead.</summary>
    public void All(int first, int end)
    {
        worker.Plans |= SearchPlans.Scan;
        float* distances = stackalloc float[BlockRows];
        for (int start = first; start < end; start += BlockRows)
        {
            int count = Math.Min(BlockRows, end - start);
            Measure(start, count, distances);
            worker.Scanned += count;
            Offer(start, count, distances);
        }
    }

    /// <summary>Computes the distances of rows that lie one after the other, and counts what was read.</summary>
    public void Measure(int offset, int count, float* distances)
    {
        var memory = view.Segment.Memory;
        DistanceScan.Compute(query, memory.Rows + ((long)offset * query.RowStride) + query.Offset, count, distances);
        GC.KeepAlive(memory);
        worker.BytesRead += (long)count * query.Stride * sizeof(float);
    }

    /// <summary>Computes the distances of rows by their places, and counts what was read.</summary>
    public void Gather(int* places, int count, GatherNext next, float* distances)
    {
        var memory = view.Segment.Memory;
        DistanceScan.Gather(query, memory.Rows + query.Offset, places, count, next, distances);
        GC.KeepAlive(memory);
        worker.BytesRead += (long)count * query.Stride * sizeof(float);
    }

    /// <summary>Offers rows that lie one after the other.</summary>
    public void Offer(int offset, int count, float* distances) => _offer.Block(offset, count, distances);

    /// <summary>Offers the rows of a block that its mask names.</summary>
    public void OfferMasked(int start, float* distances, ReadOnlySpan<ulong> mask)
    {
        for (int word = 0; word < mask.Length; word++)
        {
            for (ulong bits = mask[word]; bits != 0; bits &= bits - 1)
            {
                int at = (word << 6) + BitOperations.TrailingZeroCount(bits);
                _offer.One(start + at, distances[at]);
            }
        }
    }

    /// <summary>Offers rows by their places.</summary>
    public void OfferGathered(int* places, int count, float* distances) => _offer.Gathered(new ReadOnlySpan<int>(places, count), distances);
}

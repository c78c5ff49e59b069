using System.Numerics;
using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Plans;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Scan;

/// <summary>
/// Measures the rows of a segment that a mask names, or those that are not dead, block by block, each block in the way that its costs choose.
/// Rows that are gathered wait until there are enough for one call, across blocks.
/// </summary>
internal readonly unsafe ref struct MaskedScan(SegmentView view, SegmentScan scan, BlockCosts costs, ScanWorker worker)
{
    private const int BlockRows = SegmentScan.BlockRows;
    private const int BlockWords = BlockRows / 64;

    private readonly SegmentScan _scan = scan;

    /// <summary>The live rows from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public void WithoutDead(int first, int end)
    {
        int* places = stackalloc int[2 * BlockRows];
        int gathered = 0;
        Span<ulong> live = stackalloc ulong[BlockWords];
        for (int start = first; start < end; start += BlockRows)
        {
            int count = Math.Min(BlockRows, end - start);
            var block = live[..RowMask.WordsFor(count)];
            RowMask.CopyBlock(view.Dead, start, count, block);
            RowMask.Not(block, count);
            gathered = Block(start, count, block, places, gathered);
        }

        Flush(places, gathered);
    }

    /// <summary>The live rows from <paramref name="first"/> to before <paramref name="end"/> that a mask over the segment names.</summary>
    public void Masked(ReadOnlySpan<ulong> mask, int first, int end)
    {
        int* places = stackalloc int[2 * BlockRows];
        int gathered = 0;
        Span<ulong> words = stackalloc ulong[BlockWords];
        Span<ulong> deadWords = stackalloc ulong[BlockWords];
        for (int start = first; start < end; start += BlockRows)
        {
            int count = Math.Min(BlockRows, end - start);
            var block = words[..RowMask.WordsFor(count)];
            RowMask.CopyBlock(mask, start, count, block);
            if (view.DeadCount > 0)
            {
                var dead = deadWords[..block.Length];
                RowMask.CopyBlock(view.Dead, start, count, dead);
                RowMask.AndNot(block, dead);
            }

            gathered = Block(start, count, block, places, gathered);
        }

        Flush(places, gathered);
    }

    /// <summary>Measures the rows of a block or lays them by; gives how many rows are laid by now.</summary>
    private int Block(int start, int count, ReadOnlySpan<ulong> mask, int* places, int gathered)
    {
        int selected = RowMask.Count(mask);
        if (selected == 0)
            return gathered;
        worker.Scanned += selected;
        var plan = costs.Choose(count, selected, RowMask.CountRuns(mask));
        worker.Plans |= plan;
        switch (plan)
        {
            case SearchPlans.Scan:
                Whole(start, count, selected, mask);
                return gathered;
            case SearchPlans.Runs:
                Runs(start, count, mask);
                return gathered;
            default:
                gathered = Lay(start, mask, places, gathered);
                if (gathered < BlockRows)
                    return gathered;
                Flush(places, gathered);
                return 0;
        }
    }

    private void Whole(int start, int count, int selected, ReadOnlySpan<ulong> mask)
    {
        float* distances = stackalloc float[BlockRows];
        _scan.Measure(start, count, distances);
        if (selected == count)
            _scan.Offer(start, count, distances);
        else
            _scan.OfferMasked(start, distances, mask);
    }

    private void Runs(int start, int count, ReadOnlySpan<ulong> mask)
    {
        float* distances = stackalloc float[BlockRows];
        for (int at = RowMask.NextSet(mask, 0); at >= 0;)
        {
            int end = RowMask.NextClear(mask, at, count);
            _scan.Measure(start + at, end - at, distances);
            _scan.Offer(start + at, end - at, distances);
            at = end < count ? RowMask.NextSet(mask, end) : -1;
        }
    }

    private static int Lay(int start, ReadOnlySpan<ulong> mask, int* places, int gathered)
    {
        for (int word = 0; word < mask.Length; word++)
        {
            for (ulong bits = mask[word]; bits != 0; bits &= bits - 1)
                places[gathered++] = start + (word << 6) + BitOperations.TrailingZeroCount(bits);
        }

        return gathered;
    }

    private void Flush(int* places, int gathered)
    {
        float* distances = stackalloc float[2 * BlockRows];
        if (gathered == 0)
            return;
        _scan.Gather(places, gathered, default, distances);
        _scan.OfferGathered(places, gathered, distances);
    }
}

using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Listing;

/// <summary>Parts of an ordered list of a snapshot's rows. What it holds grows with the part and not with the rows.</summary>
/// <remarks>
/// A part in the order of insertion looks at the segments that its rows lie in; one in another order at all of them, because any may have a row that comes next. The
/// filter of a list is evaluated once for each segment, whatever the number of parts (<see cref="RowSelection"/>).
/// </remarks>
internal static class RowListing
{
    /// <summary>The rows that follow a rank, in order: at most <paramref name="limit"/> row numbers.</summary>
    /// <param name="snapshot">The rows.</param>
    /// <param name="filter">Which of them count; null for all.</param>
    /// <param name="order">Their order.</param>
    /// <param name="after">The rank that they follow; null for the first.</param>
    /// <param name="limit">Rows wanted at most, 0 or more.</param>
    /// <param name="cancellation">Looked at for each segment and each node of the filter.</param>
    public static int[] After(RowSnapshot snapshot, Filter? filter, RowOrder order, RowRank? after, int limit, CancellationToken cancellation)
    {
        if (filter is null && order.IsBySequence)
            return snapshot.RowsAfter(after?.Sequence ?? 0, limit);
        if (limit == 0)
            return [];
        var first = new PriorityQueue<int, RowRank>(Comparer<RowRank>.Create((left, right) => order.Compare(right, left)));
        var selection = new RowSelection(snapshot, filter, cancellation);
        foreach (int number in order.IsBySequence ? SegmentsAfter(snapshot, after?.Sequence ?? 0) : Enumerable.Range(0, snapshot.Views.Length))
        {
            // Segments come by their least sequences: once the part is full of earlier rows, no segment behind has a row for it.
            if (order.IsBySequence && first.Count == limit && first.TryPeek(out _, out var last) && snapshot.Views[number]!.MinSequence > last.Sequence)
                break;
            Collect(snapshot, number, selection.MaskOf(number), order, after, limit, first);
        }

        int[] rows = new int[first.Count];
        for (int i = rows.Length - 1; i >= 0; i--)
            rows[i] = first.Dequeue();
        return rows;
    }

    /// <summary>The segments that may have rows behind a sequence, those with the earliest rows first.</summary>
    private static IEnumerable<int> SegmentsAfter(RowSnapshot snapshot, ulong sequence)
    {
        var segments = new List<(ulong MinSequence, int Number)>();
        for (int number = 0; number < snapshot.Views.Length; number++)
        {
            if (snapshot.Views[number] is { LiveCount: > 0 } view && view.MaxSequence > sequence)
                segments.Add((view.MinSequence, number));
        }

        segments.Sort();
        return segments.Select(segment => segment.Number);
    }

    private static void Collect(
        RowSnapshot snapshot, int number, ReadOnlySpan<ulong> mask, RowOrder order, RowRank? after, int limit, PriorityQueue<int, RowRank> first)
    {
        if (mask.IsEmpty)
            return;
        var ranks = new SegmentRanks(order, snapshot.Views[number]!.Segment);
        for (int offset = RowMask.NextSet(mask, 0); offset >= 0; offset = RowMask.NextSet(mask, offset + 1))
        {
            var rank = ranks[offset];
            if (after is { } last && order.Compare(rank, last) <= 0)
                continue;
            int row = snapshot.Layout.RowOf(number, offset);
            if (first.Count < limit)
                first.Enqueue(row, rank);
            else if (first.TryPeek(out _, out var worst) && order.Compare(rank, worst) < 0)
                first.DequeueEnqueue(row, rank);
        }
    }
}

using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Listing;

/// <summary>Parts of an ordered list of a snapshot's rows. What it holds grows with the part and not with the rows.</summary>
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
        for (int number = 0; number < snapshot.Views.Length; number++)
        {
            if (order.IsBySequence && snapshot.Views[number] is { } view && view.MaxSequence <= (after?.Sequence ?? 0))
                continue;
            Collect(snapshot, number, selection.MaskOf(number), order, after, limit, first);
        }

        int[] rows = new int[first.Count];
        for (int i = rows.Length - 1; i >= 0; i--)
            rows[i] = first.Dequeue();
        return rows;
    }

    private static void Collect(
        RowSnapshot snapshot, int number, ReadOnlySpan<ulong> mask, RowOrder order, RowRank? after, int limit, PriorityQueue<int, RowRank> first)
    {
        var segment = mask.IsEmpty ? null : snapshot.Views[number]!.Segment;
        for (int offset = RowMask.NextSet(mask, 0); offset >= 0; offset = RowMask.NextSet(mask, offset + 1))
        {
            var rank = order.RankOf(order.IsBySequence ? Metadata.Empty : segment!.MetadataAt(offset), segment!.SequenceAt(offset));
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

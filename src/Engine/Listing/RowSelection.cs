using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Listing;

/// <summary>The live rows of a snapshot that pass a filter, segment by segment. Serves one thread.</summary>
/// <remarks>Masks are kept with the segments as those of searches are, so that the pages of a list evaluate its filter once.</remarks>
internal sealed class RowSelection(RowSnapshot snapshot, Filter? filter, CancellationToken cancellation)
{
    private readonly ColumnFilter? _filter = filter is null ? null : new ColumnFilter();
    private readonly FilterKey _key = filter is null ? default : FilterKey.Of(filter);

    /// <summary>How many they are.</summary>
    public long Count()
    {
        if (filter is null)
            return snapshot.Count;
        long count = 0;
        for (int number = 0; number < snapshot.Views.Length; number++)
            count += RowMask.Count(MaskOf(number));
        return count;
    }

    /// <summary>Their numbers, in no particular order. ResourceLimitExceeded when they are more than <paramref name="most"/>.</summary>
    public List<int> Rows(int most)
    {
        var rows = new List<int>();
        for (int number = 0; number < snapshot.Views.Length; number++)
        {
            var mask = MaskOf(number);
            for (int offset = RowMask.NextSet(mask, 0); offset >= 0; offset = RowMask.NextSet(mask, offset + 1))
                rows.Add(snapshot.Layout.RowOf(number, offset));
            if (rows.Count > most)
                throw FlatIndexException.ResourceLimitExceeded("rows removed by one filter in one shard", most, Count());
        }

        return rows;
    }

    /// <summary>The rows of a segment, a bit each; empty for a segment without live rows.</summary>
    public ReadOnlySpan<ulong> MaskOf(int number)
    {
        cancellation.ThrowIfCancellationRequested();
        if (snapshot.Views[number] is not { LiveCount: > 0 } view)
            return [];
        var selected = _filter is null ? null : view.Segment.KeptMasks.Of(_key, view.Count).Words(this, () => _filter.Select(view, filter!, cancellation), out _);
        return selected is not null && view.DeadCount == 0 ? selected : RowMask.Without(selected, view.Dead, view.Count);
    }
}

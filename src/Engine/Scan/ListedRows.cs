using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Scan;

/// <summary>
/// The rows that a filter of one leaf selects, segment by segment, where the field's column has them listed: no mask is made for them. Used by one thread.
/// </summary>
internal sealed class ListedRows(FieldPostings postings, FilterLeaf leaf, NearRows near)
{
    private const int SegmentsAhead = 8;
    private const int StartsAhead = 4;
    private const int RowsAhead = 2;
    private const int LinesAhead = 3;

    // Where a few segments in a row have none, a filter selects too much, or of too many values.
    private const int MostMisses = 4;

    private int _misses;

    /// <summary>Those that came near and wait to be offered.</summary>
    public NearRows Near => near;

    /// <summary>Whether it is likely that rows are listed.</summary>
    public bool IsWorthAsking => _misses < MostMisses;

    /// <summary>Whether rows were listed in a segment. Then those of one that still grows are looked up sooner than a mask that was kept is found.</summary>
    public bool HasFound { get; private set; }

    /// <summary>The rows of a segment that the leaf selects, dead ones included, in any order and each once; false where they are not listed.</summary>
    public bool TryOf(int number, out ReadOnlySpan<ushort> rows)
    {
        bool found = TryGet(postings.Of(number), out rows);
        _misses = found ? 0 : _misses + 1;
        HasFound |= found;
        return found;
    }

    /// <summary>The lists of a segment.</summary>
    public ref readonly SegmentPostings Of(int number) => ref postings.Of(number);

    /// <summary>The rows of the segment after this one, as far as they are known; and asks for the lists of those that come then.</summary>
    public ReadOnlySpan<ushort> After(int number)
    {
        postings.Fetch(number + SegmentsAhead);
        int rank = leaf.Ranks.Ranges is [var range, ..] ? range.First : 0;
        ref readonly var starts = ref postings.Of(number + StartsAhead);
        if (starts.IsListed)
            starts.Lists.FetchStarts(rank);
        ref readonly var rows = ref postings.Of(number + RowsAhead);
        if (rows.IsListed)
            rows.Lists.FetchRows(rank, LinesAhead);
        return TryGet(postings.Of(number + 1), out var next) ? next : default;
    }

    private bool TryGet(in SegmentPostings segment, out ReadOnlySpan<ushort> rows)
    {
        rows = default;
        if (!segment.IsListed)
            return false;
        if (segment.Lists.Values != leaf.RankedValues)
            segment.Column.Rank(leaf);
        return leaf.Ranks.Ranges switch
        {
            [] => true,
            [var range] => segment.Lists.TryGet(range, out rows),
            _ => false,
        };
    }
}

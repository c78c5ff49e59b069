namespace IqdbFlat.Engine.Columns;

/// <summary>
/// The content of a column that no row is appended to any more: values in <see cref="ValueOrder"/>, so that a comparison accepts one range of ranks
/// or two; for each value its rows (posting lists, end to end in the order of ranks, so that a range of ranks is one stretch of them); and for each
/// row the rank of its value. Immutable.
/// </summary>
/// <remarks>
/// A range of few rows is selected from its posting lists, one of many by a pass over the ranks, 32 rows a step. How many rows a leaf holds for is
/// known before either: it is the length of the stretch.
/// </remarks>
internal sealed class SealedColumn : ColumnContent
{
    /// <summary>Fewer rows than this are looked through faster than they are looked up, and cost less as they are.</summary>
    private const int FewestRows = 64;

    /// <summary>A posting costs about as much as a pass over so many ranks.</summary>
    private const int RanksPerPosting = 24;

    private readonly MetadataValue[] _values;
    private readonly ZoneMap _zones;
    private readonly int[] _starts;
    private readonly ushort[] _postings;
    private readonly RowRanks _ranks;
    private readonly int _rows;
    private readonly long _heapBytes;

    /// <summary>Takes over what a growing column holds.</summary>
    /// <param name="growing">The column.</param>
    /// <param name="before">The field's column in the segment before: where it has the same values, both share them.</param>
    public SealedColumn(GrowingColumn growing, SealedColumn? before = null)
    {
        var cells = growing.Cells;
        _values = growing.Values.ToArray();
        int[] codes = new int[_values.Length];
        for (int code = 0; code < codes.Length; code++)
            codes[code] = code;
        Array.Sort(_values, codes, ValueOrder.Instance);
        int[] rankOf = new int[codes.Length];
        for (int rank = 0; rank < codes.Length; rank++)
            rankOf[codes[rank]] = rank;

        // Rows of a rank in rising order, the ranks end to end: a sort by counting.
        _starts = new int[_values.Length + 1];
        foreach (var (_, code) in cells.Pairs())
            _starts[rankOf[code] + 1]++;
        for (int rank = 0; rank < _values.Length; rank++)
            _starts[rank + 1] += _starts[rank];
        _postings = new ushort[cells.Count];
        int[] next = _starts[..^1];
        foreach (var (offset, code) in cells.Pairs())
        {
            _postings[next[rankOf[code]]++] = (ushort)offset;
            _rows = offset + 1;
        }

        bool isShared = before is not null && before._values.AsSpan().SequenceEqual(_values);
        (_values, _zones) = isShared ? (before!._values, before._zones) : (_values, new ZoneMap(_values));
        _ranks = RowRanks.Of(cells, rankOf, _rows);
        foreach (var value in _values)
            _heapBytes += value.HeapBytes;
    }

    /// <inheritdoc/>
    public override long EstimatedBytes =>
        (24L * _values.Length) + _heapBytes + (sizeof(int) * (long)_starts.Length) + (sizeof(ushort) * (long)_postings.Length) + _ranks.EstimatedBytes;

    /// <summary>The rows of each value.</summary>
    public PostingLists Lists => new(_values, _starts, _postings, _rows / RanksPerPosting);

    /// <summary>Rows up to the last that has the field.</summary>
    public int Rows => _rows;

    /// <summary>Whether this form pays, and can hold the rows: their places are 16 bits here, enough for every segment that a store makes.</summary>
    public static bool IsWorthwhile(GrowingColumn growing) => growing.Cells is { Count: >= FewestRows, LastOffset: <= ushort.MaxValue };

    /// <inheritdoc/>
    public override MetadataValue Read(int offset) => _values[_ranks.At(offset)];

    /// <inheritdoc/>
    public override RowBounds Bind(FilterLeaf leaf, int rows)
    {
        Rank(leaf);
        int selected = 0;
        foreach (var range in leaf.Ranks.Ranges)
            selected += _starts[range.End] - _starts[range.First];

        // Of the rows that came after the reader's snapshot any number may be among them.
        int later = Math.Max(0, _rows - rows);
        return new(Math.Max(0, selected - later), Math.Min(selected, rows));
    }

    /// <summary>Finds which values a leaf accepts, unless that is known of the very same ones.</summary>
    public void Rank(FilterLeaf leaf)
    {
        if (leaf.RankedValues == _values)
            return;
        leaf.RankedValues = _values;
        leaf.Ranks.Clear();
        if (leaf.Comparison is { } comparison)
        {
            switch (_zones.Decide(comparison))
            {
                case ZoneOutcome.None:
                    break;
                case ZoneOutcome.All:
                    leaf.Ranks.Add(new(0, _values.Length));
                    break;
                default:
                    AddRanges(comparison, leaf.Ranks);
                    break;
            }
        }
        else if (leaf.Members is { } members)
        {
            foreach (var member in members)
                leaf.Ranks.Add(EqualTo(member));
        }
        else if (leaf.Prefix is { } prefix)
        {
            leaf.Ranks.Add(BeginningWith(prefix));
        }
        else
        {
            AddAccepted(leaf);
        }
    }

    /// <inheritdoc/>
    public override void Select(FilterLeaf leaf, int rows, Span<ulong> mask)
    {
        foreach (var range in leaf.Ranks.Ranges)
        {
            if (!Lists.TryGet(range, out var postings) && _ranks.CanSelect)
                _ranks.Select(range, mask);
            else if (rows >= _rows)
                SetAll(postings, mask);
            else
                SetBelow(postings, rows, mask);
        }
    }

    private void AddRanges(CompareFilter leaf, LeafRanks ranks)
    {
        var equal = EqualTo(leaf.Value);
        if (leaf.Operator == CompareOperator.Eq)
        {
            ranks.Add(equal);
            return;
        }

        if (leaf.Operator == CompareOperator.Neq)
        {
            ranks.Add(new(0, equal.First));
            ranks.Add(new(equal.End, _values.Length));
            return;
        }

        var comparable = _zones.Comparable(leaf.Value.Kind);
        ranks.Add(leaf.Operator switch
        {
            CompareOperator.Lt => new(comparable.First, equal.First),
            CompareOperator.Lte => new(comparable.First, equal.End),
            CompareOperator.Gt => new(equal.End, comparable.End),
            _ => new(equal.First, comparable.End),
        });
    }

    /// <summary>The strings that begin with a text: they lie side by side from where the text itself would lie.</summary>
    private RankRange BeginningWith(string prefix)
    {
        var strings = _zones.Of(MetadataKind.String);
        int first = Bound(strings, prefix, orEqual: false);
        int low = first;
        int high = strings.End;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_values[middle].AsString.StartsWith(prefix, StringComparison.Ordinal))
                low = middle + 1;
            else
                high = middle;
        }

        return new(first, low);
    }

    /// <summary>Decides a leaf once for each value of the kind that it can accept; neighbours go as one range.</summary>
    private void AddAccepted(FilterLeaf leaf)
    {
        var zone = _zones.Of(leaf.AcceptedKind);
        int first = zone.First;
        for (int rank = zone.First; rank < zone.End; rank++)
        {
            if (leaf.Accepts(_values[rank]))
                continue;
            leaf.Ranks.Add(new(first, rank));
            first = rank + 1;
        }

        leaf.Ranks.Add(new(first, zone.End));
    }

    /// <summary>The values that equal this one, which equals something; where there are none, an empty range at its place.</summary>
    private RankRange EqualTo(in MetadataValue value)
    {
        var comparable = _zones.Comparable(value.Kind);
        int first = Bound(comparable, value, orEqual: false);
        return new(first, Bound(new(first, comparable.End), value, orEqual: true));
    }

    /// <summary>The first rank of the range whose value is above the given one, or not below it.</summary>
    private int Bound(RankRange range, in MetadataValue value, bool orEqual)
    {
        int low = range.First;
        int high = range.End;
        while (low < high)
        {
            int middle = (low + high) / 2;
            int order = ValueOrder.Of(_values[middle], value);
            if (order < 0 || (orEqual && order == 0))
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private static void SetAll(ReadOnlySpan<ushort> postings, Span<ulong> mask)
    {
        foreach (ushort offset in postings)
            mask[offset >> 6] |= 1UL << offset;
    }

    private static void SetBelow(ReadOnlySpan<ushort> postings, int rows, Span<ulong> mask)
    {
        foreach (ushort offset in postings)
        {
            if (offset < rows)
                mask[offset >> 6] |= 1UL << offset;
        }
    }
}

using IqdbFlat.Engine.Filters;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Columns;

/// <summary>
/// Evaluates filters over the columns of a segment: (segment, filter) to a mask of rows. A leaf is decided once for each distinct value;
/// And, Or and Not work on whole masks. It keeps its buffers, so one evaluator serves one thread.
/// </summary>
internal sealed class ColumnFilter
{
    private readonly List<ulong[]> _masks = [];
    private readonly Stack<Frame> _open = new();
    private readonly Dictionary<InFilter, InValues> _ins = new(ReferenceEqualityComparer.Instance);
    private InValues? _lastIn;
    private bool[] _codes = [];

    /// <summary>The live rows of the view that pass the filter. The mask holds until the next call.</summary>
    /// <remarks>
    /// The filter must have passed <see cref="FilterLimits.Check"/>: as many masks are kept as the filter is deep. Thousands of leaves over
    /// thousands of distinct values take seconds, so cancellation is looked at for each node.
    /// </remarks>
    public ReadOnlySpan<ulong> Evaluate(SegmentView view, Filter filter, CancellationToken cancellationToken = default)
    {
        _open.Clear();
        int words = RowMask.WordsFor(view.Count);
        var next = filter;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (next is not null && IsBranch(next))
            {
                // A branch starts from what it gives for no filters at all, and takes its filters in one by one.
                Branch(next, view.Count, words);
            }
            else if (next is not null)
            {
                Leaf(next, view, Mask(_open.Count, words));
                if (_open.Count == 0)
                    break;
                Combine(view.Count, words);
            }

            var frame = _open.Pop();
            next = ChildOf(frame);
            if (next is not null)
            {
                _open.Push(frame with { Taken = frame.Taken + 1 });
                continue;
            }

            // The branch is done: its mask lies where its own parent expects a child's.
            if (_open.Count == 0)
                break;
            Combine(view.Count, words);
        }

        var mask = Mask(0, words);
        RowMask.AndNotDead(mask, view);
        return mask;
    }

    private static bool IsBranch(Filter filter) => filter is AndFilter or OrFilter or NotFilter;

    private static Filter? ChildOf(Frame frame) => frame.Node switch
    {
        AndFilter and => frame.Taken < and.Filters.Count ? and.Filters[frame.Taken] : null,
        OrFilter or => frame.Taken < or.Filters.Count ? or.Filters[frame.Taken] : null,
        NotFilter not => frame.Taken == 0 ? not.Inner : null,
        _ => null,
    };

    private void Branch(Filter node, int rows, int words)
    {
        // The branch's own mask lies at its depth; a child's lies one deeper.
        var mask = Mask(_open.Count, words);
        if (node is OrFilter)
            mask.Clear();
        else
            RowMask.Fill(mask, rows);
        _open.Push(new Frame(node, 0));
    }

    /// <summary>Takes the mask of a finished child into that of its parent, the innermost open branch.</summary>
    private void Combine(int rows, int words)
    {
        var child = Mask(_open.Count, words);
        var parent = Mask(_open.Count - 1, words);
        switch (_open.Peek().Node)
        {
            case AndFilter:
                RowMask.And(parent, child);
                break;
            case OrFilter:
                RowMask.Or(parent, child);
                break;
            default:
                child.CopyTo(parent);
                RowMask.Not(parent, rows);
                break;
        }
    }

    private void Leaf(Filter leaf, SegmentView view, Span<ulong> mask)
    {
        mask.Clear();
        string field = leaf switch
        {
            CompareFilter compare => compare.Field,
            InFilter member => member.Field,
            _ => throw new InvalidOperationException($"The columns do not know the filter node {leaf.GetType().Name}."),
        };
        if (view.Segment.Columns?.Find(field) is not { } column)
            return;
        var cells = column.Cells;
        var values = column.Values;
        if (_codes.Length < values.Length)
            _codes = new bool[Math.Max(values.Length, 2 * _codes.Length)];
        var codes = _codes.AsSpan(0, values.Length);
        bool any = false;
        for (int code = 0; code < values.Length; code++)
        {
            codes[code] = leaf is CompareFilter c ? LeafPredicate.Compare(c, values[code]) : InValuesOf((InFilter)leaf).Contains(values[code]);
            any |= codes[code];
        }

        if (any)
            cells.Select(codes, view.Count, mask);
    }

    private InValues InValuesOf(InFilter leaf)
    {
        if (!ReferenceEquals(_lastIn?.Leaf, leaf))
        {
            if (!_ins.TryGetValue(leaf, out _lastIn))
                _ins.Add(leaf, _lastIn = new InValues(leaf));
        }

        return _lastIn;
    }

    private Span<ulong> Mask(int depth, int words)
    {
        while (_masks.Count <= depth)
            _masks.Add([]);
        if (_masks[depth].Length < words)
            _masks[depth] = new ulong[words];
        return _masks[depth].AsSpan(0, words);
    }

    private readonly record struct Frame(Filter Node, int Taken);
}

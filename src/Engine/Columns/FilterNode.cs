using IqdbFlat.Engine.Filters;

namespace IqdbFlat.Engine.Columns;

/// <summary>A node of a filter that was made ready for columns, and what is known of it in the segment that it was last bound to.</summary>
internal sealed class FilterNode
{
    private static readonly Comparer<FilterNode> FewestFirst = Comparer<FilterNode>.Create(static (left, right) => left.Bounds.Most.CompareTo(right.Bounds.Most));

    private readonly FilterNode[] _children = [];
    private readonly FilterLeaf? _leaf;
    private readonly NodeKind _kind;
    private ColumnContent? _content;
    private int _place;

    /// <summary>Makes a filter ready; one that is too deep is <see cref="FlatErrorKind.InvalidFilter"/>.</summary>
    public FilterNode(Filter filter, int depthLeft = Limits.FilterDepth)
    {
        _leaf = FilterLeaf.Of(filter);
        if (_leaf is not null)
            return;
        if (depthLeft == 0)
            throw FilterLimits.TooDeep();
        (_kind, var children) = filter switch
        {
            AndFilter and => (NodeKind.And, and.Filters),
            OrFilter or => (NodeKind.Or, or.Filters),
            NotFilter not => (NodeKind.Not, (IReadOnlyList<Filter>)[not.Inner]),
            _ => throw new InvalidOperationException($"The columns do not know the filter node {filter.GetType().Name}."),
        };
        _children = new FilterNode[children.Count];
        for (int i = 0; i < _children.Length; i++)
            _children[i] = new FilterNode(children[i], depthLeft - 1);
    }

    private enum NodeKind
    {
        Leaf,
        And,
        Or,
        Not,
    }

    /// <summary>How many rows it holds for in the segment that it was last bound to, dead ones included.</summary>
    public RowBounds Bounds { get; private set; }

    /// <summary>
    /// Binds the tree to the columns of a segment: what the values decide is decided, and the children of each And stand in the order of what they
    /// leave, so that the rest has least to do.
    /// </summary>
    public void Bind(SegmentColumns? columns, int rows, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var child in _children)
            child.Bind(columns, rows, cancellationToken);
        Bounds = _kind switch
        {
            NodeKind.And => BindAnd(rows),
            NodeKind.Or => BindOr(rows),
            NodeKind.Not => new(rows - _children[0].Bounds.Most, rows - _children[0].Bounds.Least),
            _ => BindLeaf(columns, rows),
        };
    }

    /// <summary>Sets exactly the bits of the rows that it holds for.</summary>
    public void Select(int rows, int depth, MaskStack masks, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mask = masks.At(depth, rows);
        if (Bounds.Most == 0)
        {
            mask.Clear();
        }
        else if (Bounds.Least == rows)
        {
            RowMask.Fill(mask, rows);
        }
        else
        {
            switch (_kind)
            {
                case NodeKind.And:
                    SelectAnd(rows, depth, masks, cancellationToken);
                    break;
                case NodeKind.Or:
                    SelectOr(rows, depth, masks, cancellationToken);
                    break;
                case NodeKind.Not:
                    _children[0].Select(rows, depth, masks, cancellationToken);
                    RowMask.Not(mask, rows);
                    break;
                default:
                    mask.Clear();
                    AddLeaf(rows, mask);
                    break;
            }
        }
    }

    /// <summary>The leaf that it is; null for any other node.</summary>
    public FilterLeaf? Leaf => _leaf;

    private RowBounds BindLeaf(SegmentColumns? columns, int rows)
    {
        _content = columns?.Find(_leaf!.Field, ref _place)?.Content;
        return _content?.Bind(_leaf!, rows) ?? RowBounds.None;
    }

    private RowBounds BindAnd(int rows)
    {
        int most = rows;
        long refused = 0;
        foreach (var child in _children)
        {
            most = Math.Min(most, child.Bounds.Most);
            refused += rows - child.Bounds.Least;
        }

        Array.Sort(_children, FewestFirst);
        return new((int)Math.Max(0, rows - refused), most);
    }

    private RowBounds BindOr(int rows)
    {
        int least = 0;
        long most = 0;
        foreach (var child in _children)
        {
            least = Math.Max(least, child.Bounds.Least);
            most += child.Bounds.Most;
        }

        return new(least, (int)Math.Min(most, rows));
    }

    private void SelectAnd(int rows, int depth, MaskStack masks, CancellationToken cancellationToken)
    {
        // There is a first child: without one the bounds are all rows.
        _children[0].Select(rows, depth, masks, cancellationToken);
        var mask = masks.At(depth, rows);
        foreach (var child in _children.AsSpan(1))
        {
            if (child.Bounds.Least == rows)
                continue;
            if (RowMask.IsEmpty(mask))
                return;
            child.Select(rows, depth + 1, masks, cancellationToken);
            RowMask.And(mask, masks.At(depth + 1, rows));
        }
    }

    private void SelectOr(int rows, int depth, MaskStack masks, CancellationToken cancellationToken)
    {
        var mask = masks.At(depth, rows);
        mask.Clear();
        foreach (var child in _children)
        {
            if (child.Bounds.Most == 0)
                continue;
            if (child._kind == NodeKind.Leaf)
            {
                cancellationToken.ThrowIfCancellationRequested();
                child.AddLeaf(rows, mask);
                continue;
            }

            child.Select(rows, depth + 1, masks, cancellationToken);
            RowMask.Or(mask, masks.At(depth + 1, rows));
        }
    }

    private void AddLeaf(int rows, Span<ulong> mask)
    {
        _content!.Select(_leaf!, rows, mask);

        // A column knows of rows that came after the snapshot.
        RowMask.Clip(mask, rows);
    }
}

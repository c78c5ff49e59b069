using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Columns;

/// <summary>
/// Evaluates filters over the columns of a segment: (segment, filter) to a mask of rows. Keeps the filter that it made ready last, and its
/// buffers, so one evaluator serves one thread.
/// </summary>
internal sealed class ColumnFilter
{
    private readonly MaskStack _masks = new();
    private Filter? _filter;
    private FilterNode? _root;

    /// <summary>The rows of the view, dead ones included, that pass the filter. The mask holds until the next call.</summary>
    /// <remarks>
    /// The filter must have passed <see cref="FilterLimits.Check"/>: as many masks are kept as the filter is deep. Thousands of leaves over
    /// thousands of distinct values of a segment that still grows take seconds, so cancellation is looked at for each node.
    /// </remarks>
    public ReadOnlySpan<ulong> Select(SegmentView view, Filter filter, CancellationToken cancellationToken = default)
    {
        var root = RootOf(filter);
        root.Bind(view.Segment.Columns, view.Count, cancellationToken);
        root.Select(view.Count, 0, _masks, cancellationToken);
        return _masks.At(0, view.Count);
    }

    /// <summary>The filter made ready; it is bound to other columns by the next call of <see cref="Select"/>.</summary>
    public FilterNode RootOf(Filter filter)
    {
        if (!ReferenceEquals(_filter, filter))
            (_root, _filter) = (new FilterNode(filter), filter);
        return _root!;
    }
}

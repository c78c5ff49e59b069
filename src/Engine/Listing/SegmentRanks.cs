using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Listing;

/// <summary>Where the rows of a segment stand in an order: read from the columns of the order's fields alone.</summary>
internal readonly struct SegmentRanks
{
    private readonly Segment _segment;
    private readonly SegmentColumns? _columns;

    // By the fields of the order; null for one that no row of the segment has.
    private readonly Column?[] _fields;

    public SegmentRanks(RowOrder order, Segment segment)
    {
        _segment = segment;
        _columns = segment.Columns;
        _fields = new Column?[order.Fields.Count];
        for (int i = 0; i < _fields.Length; i++)
            _fields[i] = _columns?.Find(order.Fields[i].Field);
    }

    /// <summary>Where the row at an offset stands.</summary>
    public RowRank this[int offset]
    {
        get
        {
            var values = _fields.Length == 0 ? [] : new MetadataValue?[_fields.Length];
            for (int i = 0; i < values.Length; i++)
                values[i] = _fields[i] is { } column && _columns!.TryRead(offset, column, out var value) ? value : default(MetadataValue?);
            return new(values, _segment.SequenceAt(offset));
        }
    }
}

using System.Collections.Concurrent;

namespace IqdbFlat.Engine.Columns;

/// <summary>
/// The metadata of a segment's rows, a column a field. Each row also has a shape, the list of its fields, so that its metadata is
/// rebuilt from its own fields alone, however many the segment has.
/// </summary>
/// <remarks>One writer appends rows with rising offsets; readers look at rows that their snapshot sees, without a lock.</remarks>
internal sealed class SegmentColumns
{
    private const int NodeBytes = 64;
    private const int FieldBytes = 64;
    private const int MostInList = 64;

    private readonly ConcurrentDictionary<string, Column> _columns = new(concurrencyLevel: 1, capacity: 8, StringComparer.Ordinal);
    private readonly RowShapes _shapes = new();

    // The first few columns, in the order in which their fields came.
    private Column[] _list = [];

    /// <summary>Bytes, estimated.</summary>
    public long EstimatedBytes
    {
        get
        {
            long bytes = _shapes.EstimatedBytes + ((long)nint.Size * Volatile.Read(ref _list).Length);
            foreach (var (_, column) in _columns)
                bytes += NodeBytes + column.EstimatedBytes;
            return bytes;
        }
    }

    /// <summary>The column of a field, or null when no row of the segment has it.</summary>
    public Column? Find(string field) => _columns.GetValueOrDefault(field);

    /// <summary>The same, looking first where the field's column stood in another segment, in which fields came in the same order as a rule.</summary>
    /// <param name="field">The field.</param>
    /// <param name="place">Where to look first; then where the column was found.</param>
    public Column? Find(string field, ref int place)
    {
        var list = Volatile.Read(ref _list);
        if ((uint)place < (uint)list.Length && list[place].Field == field)
            return list[place];
        var column = Find(field);
        if (column is not null)
            place = Math.Max(Array.IndexOf(list, column), 0);
        return column;
    }

    /// <summary>Adds a row's metadata. Writer only.</summary>
    public void Append(int offset, Metadata metadata)
    {
        Column[] shape = _shapes.LastIfSame(metadata) ?? _shapes.Find(metadata) ?? _shapes.Add(ColumnsOf(metadata));
        for (int i = 0; i < shape.Length; i++)
            shape[i].Append(offset, metadata.At(i).Value);
        _shapes.Append(offset, shape);
    }

    /// <summary>A row's metadata, with every value's kind and bits as they came.</summary>
    public Metadata Read(int offset)
    {
        if (_shapes.At(offset) is not { } shape)
            return Metadata.Empty;
        var fields = new string[shape.Length];
        var values = new MetadataValue[shape.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            fields[i] = shape[i].Field;
            values[i] = shape[i].Read(offset);
        }

        return Metadata.AdoptSorted(fields, values);
    }

    /// <summary>The value that a row has in a column of the segment; false where it lacks the field.</summary>
    public bool TryRead(int offset, Column column, out MetadataValue value)
    {
        if (Array.IndexOf(_shapes.At(offset) ?? [], column) < 0)
        {
            value = default;
            return false;
        }

        value = column.Read(offset);
        return true;
    }

    /// <summary>
    /// About what a row's metadata costs if no other row shares its fields and values: the same at any time, so that sums over rows can be
    /// kept as rows come and die.
    /// </summary>
    public long BytesAt(int offset)
    {
        long bytes = 0;
        foreach (var column in _shapes.At(offset) ?? [])
        {
            bytes += FieldBytes + (sizeof(char) * (long)column.Field.Length) + column.Read(offset).HeapBytes;
        }

        return bytes;
    }

    /// <summary>Drops what only appending needs.</summary>
    /// <param name="before">The columns of the segment before, whose values are shared where they are the same.</param>
    public void Seal(SegmentColumns? before = null)
    {
        foreach (var (field, column) in _columns)
            column.Seal(before?.Find(field)?.Content as SealedColumn);
        _shapes.Seal();
    }

    private Column[] ColumnsOf(Metadata metadata)
    {
        var columns = new Column[metadata.Count];
        for (int i = 0; i < columns.Length; i++)
        {
            string field = metadata.At(i).Field;
            if (!_columns.TryGetValue(field, out var column))
            {
                column = new Column(field);
                _columns[field] = column;
                if (_list.Length < MostInList)
                    Volatile.Write(ref _list, [.. _list, column]);
            }

            columns[i] = column;
        }

        return columns;
    }
}

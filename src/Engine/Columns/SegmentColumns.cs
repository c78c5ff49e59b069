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

    private readonly ConcurrentDictionary<string, Column> _columns = new(concurrencyLevel: 1, capacity: 8, StringComparer.Ordinal);
    private readonly RowShapes _shapes = new();

    /// <summary>Bytes, estimated.</summary>
    public long EstimatedBytes
    {
        get
        {
            long bytes = _shapes.EstimatedBytes;
            foreach (var (_, column) in _columns)
                bytes += NodeBytes + column.EstimatedBytes;
            return bytes;
        }
    }

    /// <summary>The column of a field, or null when no row of the segment has it.</summary>
    public Column? Find(string field) => _columns.GetValueOrDefault(field);

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
    public void Seal()
    {
        foreach (var (_, column) in _columns)
            column.Seal();
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
            }

            columns[i] = column;
        }

        return columns;
    }
}

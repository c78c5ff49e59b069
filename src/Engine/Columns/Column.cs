namespace IqdbFlat.Engine.Columns;

/// <summary>One field over the rows of a segment: the distinct values, and for each row that has the field the number of its value.</summary>
internal sealed class Column(string field)
{
    private const int ObjectBytes = 160;

    private readonly ValueDictionary _values = new();
    private ColumnCells _cells = new ColumnCells.Sparse(1);

    /// <summary>The field's name.</summary>
    public string Field { get; } = field;

    /// <summary>Bytes, estimated.</summary>
    public long EstimatedBytes => ObjectBytes + (2L * Field.Length) + _values.EstimatedBytes + Volatile.Read(ref _cells).EstimatedBytes;

    /// <summary>Which rows have the field. Taken before <see cref="Values"/>, so that every code a snapshot sees has its value.</summary>
    public ColumnCells Cells => Volatile.Read(ref _cells);

    /// <summary>The distinct values by code.</summary>
    public ReadOnlySpan<MetadataValue> Values => _values.Values;

    /// <summary>Gives a row, later than all before, its value. Writer only.</summary>
    public void Append(int offset, in MetadataValue value) => Volatile.Write(ref _cells, _cells.Append(offset, _values.CodeOf(value)));

    /// <summary>The value of a row that has the field.</summary>
    public MetadataValue Read(int offset)
    {
        int code = Cells.CodeAt(offset);
        return Values[code];
    }

    /// <summary>Drops what only appending needs.</summary>
    public void Seal() => _values.Seal();
}

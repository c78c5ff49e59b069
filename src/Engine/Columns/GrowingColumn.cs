using System.Buffers;

namespace IqdbFlat.Engine.Columns;

/// <summary>The content of a column that rows are appended to: distinct values as they come, and for each row that has the field the number of its value.</summary>
internal sealed class GrowingColumn : ColumnContent
{
    private readonly ValueDictionary _values = new();
    private ColumnCells _cells = new ColumnCells.Sparse(1);

    /// <inheritdoc/>
    public override long EstimatedBytes => _values.EstimatedBytes + Volatile.Read(ref _cells).EstimatedBytes;

    /// <summary>Which rows have the field. Taken before <see cref="Values"/>, so that every code a snapshot sees has its value.</summary>
    public ColumnCells Cells => Volatile.Read(ref _cells);

    /// <summary>The distinct values by code.</summary>
    public ReadOnlySpan<MetadataValue> Values => _values.Values;

    /// <summary>Gives a row, later than all before, its value. Writer only.</summary>
    public void Append(int offset, in MetadataValue value) => Volatile.Write(ref _cells, _cells.Append(offset, _values.CodeOf(value)));

    /// <inheritdoc/>
    public override MetadataValue Read(int offset)
    {
        int code = Cells.CodeAt(offset);
        return Values[code];
    }

    /// <summary>Drops what only appending needs.</summary>
    public void Seal() => _values.Seal();

    /// <inheritdoc/>
    /// <remarks>Values that the reader's rows do not have may be among those looked at, so only the upper bound is worth something.</remarks>
    public override RowBounds Bind(FilterLeaf leaf, int rows) => new(0, Math.Min(Cells.Count, rows));

    /// <inheritdoc/>
    public override void Select(FilterLeaf leaf, int rows, Span<ulong> mask)
    {
        var cells = Cells;
        var values = Values;
        bool[] codes = ArrayPool<bool>.Shared.Rent(values.Length);
        bool any = false;
        for (int code = 0; code < values.Length; code++)
        {
            codes[code] = leaf.Accepts(values[code]);
            any |= codes[code];
        }

        if (any)
            cells.Select(codes.AsSpan(0, values.Length), rows, mask);
        ArrayPool<bool>.Shared.Return(codes);
    }
}

using System.Runtime.InteropServices;

namespace IqdbFlat.Engine.Columns;

/// <summary>The shape of each row: the columns of its fields, in ordinal order of their names. Rows with the same fields share one.</summary>
internal sealed class RowShapes
{
    private const int SharedUpTo = 1_024;
    private const int MapEntryBytes = 32;

    private readonly Dictionary<int, Column[]> _known = [];
    private Column[]?[] _rows = [];
    private Column[] _last = [];
    private long _shapeBytes;

    /// <summary>Bytes, estimated.</summary>
    public long EstimatedBytes => ((long)nint.Size * Volatile.Read(ref _rows).Length) + Volatile.Read(ref _shapeBytes);

    /// <summary>The last row's shape when this metadata has the same fields, which is the usual case. Writer only.</summary>
    public Column[]? LastIfSame(Metadata metadata) => Fits(_last, metadata) ? _last : null;

    /// <summary>A known shape with the fields of this metadata. Writer only.</summary>
    public Column[]? Find(Metadata metadata) =>
        _known.TryGetValue(HashOf(metadata), out var shape) && Fits(shape, metadata) ? shape : null;

    /// <summary>Remembers a shape. Where fields differ from row to row only so many are shared, since a shape seen once is not worth a place.</summary>
    public Column[] Add(Column[] shape)
    {
        var hash = new HashCode();
        foreach (var column in shape)
            hash.Add(column.Field, StringComparer.Ordinal);
        if (_known.Count < SharedUpTo)
            CollectionsMarshal.GetValueRefOrAddDefault(_known, hash.ToHashCode(), out _) = shape;
        _shapeBytes += 24 + ((long)nint.Size * shape.Length) + MapEntryBytes;
        return shape;
    }

    /// <summary>Gives a row, later than all before, its shape. Writer only.</summary>
    public void Append(int offset, Column[] shape)
    {
        if (offset >= _rows.Length)
        {
            var larger = new Column[]?[Math.Max(offset + 1, _rows.Length * 2)];
            _rows.CopyTo(larger, 0);
            Volatile.Write(ref _rows, larger);
        }

        _rows[offset] = shape;
        _last = shape;
    }

    /// <summary>The shape of a row that the caller's snapshot sees; null for a row without metadata.</summary>
    public Column[]? At(int offset)
    {
        var rows = Volatile.Read(ref _rows);
        return offset < rows.Length ? rows[offset] : null;
    }

    /// <summary>Drops what only appending needs.</summary>
    public void Seal() => _known.Clear();

    private static bool Fits(Column[] shape, Metadata metadata)
    {
        if (shape.Length != metadata.Count)
            return false;
        for (int i = 0; i < shape.Length; i++)
        {
            if (!string.Equals(shape[i].Field, metadata.At(i).Field, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    private static int HashOf(Metadata metadata)
    {
        var hash = new HashCode();
        for (int i = 0; i < metadata.Count; i++)
            hash.Add(metadata.At(i).Field, StringComparer.Ordinal);
        return hash.ToHashCode();
    }
}

using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Arrays;

/// <summary>
/// Rows of an array whose columns lie one after the other (.npy in Fortran order); the id is the row's number. A block of rows is gathered at a time, a
/// stretch from each column, so that the file is never whole in memory.
/// </summary>
internal sealed class ColumnArrayReader : RowReader
{
    private const int BlockBytes = 16 << 20;
    private readonly Stream _stream;
    private readonly string _name;
    private readonly ArrayHeader _header;
    private readonly int _blockRows;
    private readonly byte[] _stretch;
    private readonly byte[] _block;
    private readonly float[] _vector;
    private long _blockStart = -1;

    /// <summary>Reads a stream that can seek.</summary>
    public ColumnArrayReader(Stream stream, string name, ArrayHeader header)
    {
        _stream = stream;
        _name = name;
        _header = header;
        if (!stream.CanSeek)
            throw FileProblem.Unsupported(name, "an array in Fortran order has its rows scattered over the whole file: expected a file that is neither compressed nor a pipe");
        header.CheckLength(stream.Length, name);
        _blockRows = (int)Math.Max(1, Math.Min(header.Rows, BlockBytes / header.RowBytes));
        _stretch = new byte[_blockRows * header.Type.Bytes];
        _block = new byte[_blockRows * header.RowBytes];
        _vector = new float[header.Dimension];
    }

    /// <inheritdoc/>
    public override int? Dimension => _header.Dimension;

    /// <inheritdoc/>
    public override long? RowCount => _header.Rows;

    /// <inheritdoc/>
    public override ReadOnlyMemory<float> Vector => _vector;

    /// <inheritdoc/>
    protected override bool ReadNext()
    {
        if (RowsRead == _header.Rows)
            return false;
        if (_blockStart < 0 || RowsRead < _blockStart || RowsRead >= _blockStart + _blockRows)
            Gather(RowsRead);
        var bytes = _block.AsSpan((int)((RowsRead - _blockStart) * _header.RowBytes), (int)_header.RowBytes);
        int bad = _header.Type.Decode(bytes, _vector);
        if (bad >= 0)
            throw FileProblem.BadComponent(_name, RowsRead, bad, _header.Type, bytes);
        Id = (ulong)RowsRead;
        return true;
    }

    /// <inheritdoc/>
    protected override long SkipNext(long rows) => Math.Min(rows, _header.Rows - RowsRead);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _stream.Dispose();

    private void Gather(long first)
    {
        int size = _header.Type.Bytes;
        int rows = (int)Math.Min(_blockRows, _header.Rows - first);
        for (int column = 0; column < _header.Dimension; column++)
        {
            _stream.Position = _header.Bytes + (((column * _header.Rows) + first) * size);
            _stream.ReadExactly(_stretch, 0, rows * size);
            for (int row = 0; row < rows; row++)
                _stretch.AsSpan(row * size, size).CopyTo(_block.AsSpan((int)(row * _header.RowBytes) + (column * size)));
        }

        _blockStart = first;
    }
}

using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Arrays;

/// <summary>
/// Rows of an array that lie one after the other (.npy in C order, .fbin and its kin); the id is the row's number. Where the length of the file is
/// known, it is checked against the header before the first row.
/// </summary>
internal sealed class ArrayRowReader : RowReader
{
    private readonly Stream _stream;
    private readonly string _name;
    private readonly ArrayHeader _header;
    private readonly byte[] _bytes;
    private readonly float[] _vector;

    /// <summary>Reads a stream that stands behind its header.</summary>
    public ArrayRowReader(Stream stream, string name, ArrayHeader header)
    {
        _stream = stream;
        _name = name;
        _header = header;
        if (stream.CanSeek)
            header.CheckLength(stream.Length, name);
        _bytes = new byte[header.RowBytes];
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
        {
            // A stream that cannot seek shows only now that it goes on.
            if (_stream.ReadByte() >= 0)
                throw FileProblem.Corrupt(_name, null, $"expected the end after {_header.Rows} rows, found more bytes");
            return false;
        }

        int read = _stream.ReadAtLeast(_bytes, _bytes.Length, throwOnEndOfStream: false);
        if (read < _bytes.Length)
            throw FileProblem.Corrupt(_name, RowsRead, $"the file ends after {read} of the row's {_bytes.Length} bytes");
        int bad = _header.Type.Decode(_bytes, _vector);
        if (bad >= 0)
            throw FileProblem.BadComponent(_name, RowsRead, bad, _header.Type, _bytes);
        Id = (ulong)RowsRead;
        return true;
    }

    /// <inheritdoc/>
    protected override long SkipNext(long rows)
    {
        if (!_stream.CanSeek)
            return 0;
        long skipped = Math.Min(rows, _header.Rows - RowsRead);
        _stream.Position = _header.Bytes + ((RowsRead + skipped) * _header.RowBytes);
        return skipped;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _stream.Dispose();
}

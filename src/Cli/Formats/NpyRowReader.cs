using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats;

/// <summary>
/// Rows of a .npy file with a two-dimensional array of little-endian 32-bit floats in C order; the id is the row's number. The length of
/// the file is checked against the header before the first row.
/// </summary>
internal sealed class NpyRowReader : RowReader
{
    private const int BufferBytes = 1 << 20;
    private readonly Stream _stream;
    private readonly string _name;
    private readonly NpyHeader _header;
    private readonly float[] _vector;

    /// <summary>Reads a file.</summary>
    public NpyRowReader(string path)
        : this(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan), path)
    {
    }

    /// <summary>Reads a stream.</summary>
    public NpyRowReader(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
        try
        {
            _header = NpyHeader.Read(stream, name);
            if (stream.CanSeek)
                CheckLength(stream.Length - _header.Bytes);
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        _vector = new float[_header.Dimension];
    }

    /// <inheritdoc/>
    public override int? Dimension => _header.Dimension;

    /// <inheritdoc/>
    public override long? RowCount => _header.Rows;

    /// <inheritdoc/>
    public override ReadOnlyMemory<float> Vector => _vector;

    private long RowBytes => 4L * _header.Dimension;

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

        int bytes = LittleEndianBlock.Read(_stream, _vector.AsSpan());
        if (bytes < RowBytes)
            throw FileProblem.Corrupt(_name, RowsRead, $"the file ends after {bytes} of the row's {RowBytes} bytes");
        int bad = VectorCheck.IndexOfNonFinite(_vector);
        if (bad >= 0)
            throw FileProblem.NotFinite(_name, RowsRead, bad, FloatText.Of(_vector[bad]));
        Id = (ulong)RowsRead;
        return true;
    }

    /// <inheritdoc/>
    protected override long SkipNext(long rows)
    {
        if (!_stream.CanSeek)
            return 0;
        long skipped = Math.Min(rows, _header.Rows - RowsRead);
        _stream.Position = _header.Bytes + ((RowsRead + skipped) * RowBytes);
        return skipped;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _stream.Dispose();

    private void CheckLength(long found)
    {
        long expected = _header.Rows * RowBytes;
        if (found < expected)
        {
            throw FileProblem.Corrupt(
                _name, found / RowBytes, $"the file ends early: expected {expected} bytes for {_header.Rows} rows of dimension {_header.Dimension}, found {found}");
        }

        if (found > expected)
        {
            throw FileProblem.Corrupt(
                _name, null, $"expected {expected} bytes for {_header.Rows} rows of dimension {_header.Dimension}, found {found - expected} more");
        }
    }
}

namespace IqdbFlat.Cli.Formats;

/// <summary>Lines of a stream as bytes, without copies of the whole. A line ends with a line feed, or with the stream.</summary>
internal sealed class LineReader(Stream stream, int maxBytes) : IDisposable
{
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Lines passed.</summary>
    public long LinesRead { get; private set; }

    /// <summary>The bytes of a line, at most; a longer one ends the reading with <see cref="LineTooLong"/>.</summary>
    public int MaxBytes => maxBytes;

    /// <summary>Whether the reading ended at a line of more than <see cref="MaxBytes"/> bytes.</summary>
    public bool LineTooLong { get; private set; }

    /// <summary>The next line without its end; false at the end of the stream, or when the line is too long. Valid until the next call.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int feed = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (feed >= 0 || (_ended && _end > _start))
            {
                int length = feed >= 0 ? searched + feed : _end - _start;
                line = _buffer.AsMemory(_start, length);
                _start = Math.Min(_end, _start + length + 1);
                LinesRead++;
                return true;
            }

            searched = _end - _start;
            LineTooLong = searched > maxBytes;
            if (_ended || LineTooLong)
            {
                line = default;
                return false;
            }

            Fill();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        int read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _ended = read == 0;
    }
}

namespace IqdbFlat.Cli.Formats;

/// <summary>
/// A stream for a library that trusts what it reads. It refuses to be read from deep within calls: links are followed without being counted, in a damaged
/// file they may go round in a circle, and a stack that overflows would end the process. And it refuses to be read again and again behind its end.
/// </summary>
internal sealed unsafe class WatchedStream(Stream source) : Stream
{
    /// <summary>Bytes of stack between <see cref="Enter"/> and a read, at most: many times what a sound file needs.</summary>
    private const long MaxDepth = 128 << 10;

    /// <summary>Reads behind the end in a row, at most.</summary>
    private const int MaxReadsBehindEnd = 16;

    private nint _entered;
    private int _behindEnd;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => source.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => source.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Calls of the library begin here, on this thread.</summary>
    public void Enter()
    {
        byte here;
        _entered = (nint)(&here);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        CheckDepth();
        int read = source.Read(buffer);
        if (read > 0 || buffer.IsEmpty)
            _behindEnd = 0;
        else if (++_behindEnd > MaxReadsBehindEnd)
            throw new EndOfStreamException("it ends in the middle of what it says is there");
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Reads at once, on the caller's thread: a depth is known on one stack alone.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Read(buffer.Span));
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        CheckDepth();
        return source.Seek(offset, origin);
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void CheckDepth()
    {
        byte here;
        if (_entered != 0 && Math.Abs((nint)(&here) - _entered) > MaxDepth)
            throw new InvalidDataException("its links go round in a circle, or too deep");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}

namespace IqdbFlat.Cli.Formats.Hdf5;

/// <summary>
/// A stream that refuses to be read from deep within calls. The library follows links without counting them: in a damaged file they may go round
/// in a circle, and a stack that overflows would end the process.
/// </summary>
internal sealed unsafe class ShallowStream(Stream source) : Stream
{
    /// <summary>Bytes of stack between <see cref="Enter"/> and a read, at most: many times what a sound file needs.</summary>
    private const long MaxDepth = 128 << 10;

    private nint _entered;

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
        return source.Read(buffer);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

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
        if (Math.Abs((nint)(&here) - _entered) > MaxDepth)
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

namespace IqdbFlat.Cli.Formats;

/// <summary>A stream that cannot seek, whose first bytes have been looked at and come again.</summary>
internal sealed class PeekedStream : ForwardStream
{
    private const int StartBytes = 64;
    private readonly byte[] _start;
    private readonly Stream _rest;
    private int _given;

    private PeekedStream(byte[] start, Stream rest)
        : base(rest) => (_start, _rest) = (start, rest);

    /// <summary>Looks at the first bytes of a stream.</summary>
    /// <returns>A stream that gives all bytes, and the first ones.</returns>
    public static (Stream Whole, byte[] Start) Peek(Stream stream)
    {
        byte[] start = new byte[StartBytes];
        Array.Resize(ref start, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
        if (!stream.CanSeek)
            return (new PeekedStream(start, stream), start);
        stream.Position = 0;
        return (stream, start);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_given == _start.Length)
            return _rest.Read(buffer);
        int count = Math.Min(buffer.Length, _start.Length - _given);
        _start.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }
}

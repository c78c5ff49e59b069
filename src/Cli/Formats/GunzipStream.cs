using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.GZip;

namespace IqdbFlat.Cli.Formats;

/// <summary>Undoes gzip. Bytes that are damaged or cut short are one sentence that names the file.</summary>
/// <remarks>The platform's own stream takes a file that was cut short for a whole one; this one checks lengths and checksums to the end.</remarks>
internal sealed class GunzipStream : ForwardStream
{
    private readonly GZipInputStream _plain;
    private readonly string _name;

    /// <summary>Unpacks a stream.</summary>
    public GunzipStream(Stream compressed, string name)
        : this(new GZipInputStream(compressed, 1 << 16), name)
    {
    }

    private GunzipStream(GZipInputStream plain, string name)
        : base(plain) => (_plain, _name) = (plain, name);

    /// <summary>The bytes that every such file begins with.</summary>
    public static ReadOnlySpan<byte> Magic => [0x1F, 0x8B];

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        byte[] bytes = new byte[buffer.Length];
        int read = Read(bytes, 0, bytes.Length);
        bytes.AsSpan(0, read).CopyTo(buffer);
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return _plain.Read(buffer, offset, count);
        }
        catch (Exception error) when (error is SharpZipBaseException or EndOfStreamException or IndexOutOfRangeException or ArgumentException)
        {
            throw FileProblem.Corrupt(_name, null, $"the file cannot be unpacked by gzip: {error.Message.TrimEnd('.')}");
        }
    }
}

using System.Buffers;
using System.IO.Hashing;
using System.Text;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Log.Records;

/// <summary>
/// What every record has around its content: bytes <c>I q F</c> and the kind's letter; the version in 2 bytes; 2 bytes of zero; the
/// content; and at the end XXH3 (64 bits, seed 0) over the record's name in UTF-8 and all bytes before it.
/// </summary>
/// <remarks>The name is in the checksum so that a record that strayed to another name is noticed. All numbers are little-endian.</remarks>
internal static class RecordFrame
{
    public const int HeaderBytes = 8;
    public const int ChecksumBytes = 8;
    public const int OverheadBytes = HeaderBytes + ChecksumBytes;
    public const ushort Version = 1;

    private static ReadOnlySpan<byte> Magic => "IqF"u8;

    /// <summary>Begins a record with room for that much content.</summary>
    public static ArrayBufferWriter<byte> Begin(RecordKind kind, long contentBytes, ushort version = Version)
    {
        var output = new ArrayBufferWriter<byte>(checked((int)(contentBytes + OverheadBytes)));
        ByteWriter.WriteBytes(output, Magic);
        ByteWriter.WriteByte(output, (byte)kind);
        ByteWriter.WriteUInt32(output, version);
        return output;
    }

    /// <summary>Ends a record: appends the checksum.</summary>
    public static (ReadOnlyMemory<byte> Bytes, ulong Checksum) End(ArrayBufferWriter<byte> output, string name)
    {
        ulong checksum = ChecksumOf(name, output.WrittenSpan);
        ByteWriter.WriteUInt64(output, checksum);
        return (output.WrittenMemory, checksum);
    }

    /// <summary>Checks everything around the content and returns the content.</summary>
    public static ReadOnlySpan<byte> Open(RecordKind kind, string name, ReadOnlySpan<byte> bytes, out ulong checksum) =>
        Open(kind, name, bytes, Version, out _, out checksum);

    /// <summary>The same for a kind of record that has several versions.</summary>
    public static ReadOnlySpan<byte> Open(RecordKind kind, string name, ReadOnlySpan<byte> bytes, ushort newest, out uint version, out ulong checksum)
    {
        if (bytes.Length < OverheadBytes)
            throw FlatIndexException.CorruptData(name, $"is cut short: at least {OverheadBytes} bytes expected, found {bytes.Length}");
        var body = bytes[..^ChecksumBytes];
        checksum = new ByteReader(bytes[^ChecksumBytes..]).ReadUInt64();
        ulong found = ChecksumOf(name, body);
        if (found != checksum)
            throw FlatIndexException.CorruptData(name, $"is damaged: checksum {checksum:x16} expected, found {found:x16}");
        if (!body[..3].SequenceEqual(Magic) || body[3] != (byte)kind)
            throw FlatIndexException.CorruptData(name, $"is not a {kind.ToString().ToLowerInvariant()} record: it begins with {Convert.ToHexStringLower(body[..4])}");
        version = new ByteReader(body[4..]).ReadUInt32();
        if (version < Version || version > newest)
            throw FlatIndexException.CorruptData(name, $"has an unknown version: {(newest == Version ? $"{Version}" : $"{Version} to {newest}")} expected, found {version}");
        return body[HeaderBytes..];
    }

    private static ulong ChecksumOf(string name, ReadOnlySpan<byte> bytes)
    {
        var hash = new XxHash3();
        hash.Append(Encoding.UTF8.GetBytes(name));
        hash.Append(bytes);
        return hash.GetCurrentHashAsUInt64();
    }
}

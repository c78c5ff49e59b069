using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using IqdbFlat.Engine.Values;

namespace IqdbFlat.Engine.Encoding;

/// <summary>Writes what <see cref="ByteReader"/> reads: little-endian values, varints and strings.</summary>
public static class ByteWriter
{
    /// <summary>The bytes of the longest varint.</summary>
    public const int MaxVarintSize = 10;

    /// <summary>Writes one byte.</summary>
    public static void WriteByte(IBufferWriter<byte> output, byte value)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    /// <summary>Writes bytes as they are, without a length.</summary>
    public static void WriteBytes(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(bytes);
    }

    /// <summary>Writes 4 bytes, the lowest first.</summary>
    public static void WriteUInt32(IBufferWriter<byte> output, uint value)
    {
        ArgumentNullException.ThrowIfNull(output);
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(sizeof(uint)), value);
        output.Advance(sizeof(uint));
    }

    /// <summary>Writes 8 bytes, the lowest first.</summary>
    public static void WriteUInt64(IBufferWriter<byte> output, ulong value)
    {
        ArgumentNullException.ThrowIfNull(output);
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(sizeof(ulong)), value);
        output.Advance(sizeof(ulong));
    }

    /// <summary>Writes the 8 bytes of a float, bits unchanged.</summary>
    public static void WriteDouble(IBufferWriter<byte> output, double value) =>
        WriteUInt64(output, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Writes 1 for true, 0 for false.</summary>
    public static void WriteBool(IBufferWriter<byte> output, bool value) => WriteByte(output, value ? (byte)1 : (byte)0);

    /// <summary>Writes an unsigned number in 1 to 10 bytes: 7 bits a byte, the lowest first, the high bit set on every byte but the last.</summary>
    public static void WriteVarint(IBufferWriter<byte> output, ulong value)
    {
        ArgumentNullException.ThrowIfNull(output);
        var span = output.GetSpan(MaxVarintSize);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
            span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        output.Advance(length);
    }

    /// <summary>The bytes that <see cref="WriteVarint"/> writes: one for each 7 bits begun, at least one.</summary>
    public static int SizeOfVarint(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    /// <summary>
    /// Writes a string: its length in bytes as a varint, then its UTF-8. A string that is not valid Unicode has no UTF-8:
    /// <see cref="FlatErrorKind.InvalidConfig"/>.
    /// </summary>
    public static void WriteString(IBufferWriter<byte> output, string value)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(value);
        if (!UnicodeText.IsValid(value))
            throw FlatIndexException.InvalidConfig($"the string {UnicodeText.Quote(value)} is not valid Unicode: it has half of a surrogate pair");
        int bytes = System.Text.Encoding.UTF8.GetByteCount(value);
        WriteVarint(output, (ulong)bytes);
        System.Text.Encoding.UTF8.GetBytes(value, output.GetSpan(bytes));
        output.Advance(bytes);
    }

    /// <summary>The bytes that <see cref="WriteString"/> writes.</summary>
    public static long SizeOfString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        int bytes = System.Text.Encoding.UTF8.GetByteCount(value);
        return SizeOfVarint((ulong)bytes) + (long)bytes;
    }
}

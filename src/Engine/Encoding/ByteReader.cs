using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace IqdbFlat.Engine.Encoding;

/// <summary>
/// Reads little-endian values from bytes that nobody vouches for. Every read and every length is bounded by the bytes that are left;
/// what does not fit is an <see cref="InvalidDataException"/> with one sentence, never another exception.
/// </summary>
/// <param name="bytes">The bytes to read, from the first.</param>
public ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many bytes have been read.</summary>
    public int Position { get; private set; }

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => _bytes.Length - Position;

    /// <summary>The bytes that are left, without reading them.</summary>
    public readonly ReadOnlySpan<byte> Unread => _bytes[Position..];

    /// <summary>Reads that many bytes, as a slice of the input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if ((uint)count > (uint)Remaining)
            throw EndsEarly(count);
        var read = _bytes.Slice(Position, count);
        Position += count;
        return read;
    }

    /// <summary>Reads one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte ReadByte() => ReadBytes(1)[0];

    /// <summary>Reads a 32-bit number in 4 bytes.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(ReadBytes(sizeof(uint)));

    /// <summary>Reads a 64-bit number in 8 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(ReadBytes(sizeof(ulong)));

    /// <summary>Reads a 64-bit float in 8 bytes; every bit pattern is kept.</summary>
    public double ReadDouble() => BitConverter.UInt64BitsToDouble(ReadUInt64());

    /// <summary>Reads a byte that must be 0 (false) or 1 (true).</summary>
    public bool ReadBool()
    {
        byte value = ReadByte();
        return value <= 1 ? value == 1 : throw Invalid($"a flag must be 0 or 1, found {value}");
    }

    /// <summary>
    /// Reads an unsigned number of variable length: 7 bits a byte, the lowest first, the high bit set on every byte but the last. Only the
    /// shortest form is accepted, so that a number has one form.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = ReadByte();
            if (shift == 63 && next > 1)
                break;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return next != 0 || shift == 0 ? value : throw Invalid("a number is not in its shortest form");
        }

        throw Invalid("a number has more than 64 bits");
    }

    /// <summary>
    /// Reads a count of things of at least <paramref name="leastBytesEach"/> bytes each (1 or more), and refuses a count for which the bytes
    /// that are left cannot suffice, so that nothing is allocated on the word of a length alone.
    /// </summary>
    public int ReadCount(int leastBytesEach)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(leastBytesEach, 1);
        ulong count = ReadVarint();
        if (count > (ulong)(Remaining / leastBytesEach))
            throw Invalid($"a count of {count} needs at least {leastBytesEach} bytes each, found {Remaining} bytes in all");
        return (int)count;
    }

    /// <summary>Reads a string: its length in bytes as a varint, then valid UTF-8.</summary>
    public string ReadString()
    {
        var text = ReadBytes(ReadCount(leastBytesEach: 1));
        return Utf8.IsValid(text) ? System.Text.Encoding.UTF8.GetString(text) : throw Invalid("a string is not valid UTF-8");
    }

    /// <summary>Fails unless all bytes have been read; for forms that end where their bytes end.</summary>
    public readonly void ExpectEnd()
    {
        if (Remaining != 0)
            throw Invalid($"expected the end, found {Remaining} more bytes");
    }

    /// <summary>An error at the place reached, in the words of all readers.</summary>
    /// <param name="reason">What was expected and found, without a capital or a full stop.</param>
    public readonly InvalidDataException Invalid(string reason) => new($"Invalid bytes before position {Position}: {reason}.");

    private readonly InvalidDataException EndsEarly(int count) =>
        Invalid($"{count} bytes expected, found {Remaining}");
}

using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Elements;

/// <summary>Components as a file holds them, and how they become 32-bit floats and back.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="BigEndian">Whether the first byte is the highest.</param>
internal readonly record struct ElementType(ElementKind Kind, bool BigEndian = false)
{
    /// <summary>Bytes of one component.</summary>
    public int Bytes => Kind switch
    {
        ElementKind.Float64 => sizeof(double),
        ElementKind.Float16 => sizeof(ushort),
        ElementKind.Int8 or ElementKind.UInt8 => 1,
        _ => sizeof(float),
    };

    /// <summary>What a component of this type must be, for errors.</summary>
    public string Expected => Kind switch
    {
        ElementKind.Int8 => "a whole number from -128 to 127",
        ElementKind.UInt8 => "a whole number from 0 to 255",
        ElementKind.Int32 => "a whole number that 32 bits and a 32-bit float hold alike",
        _ => "a finite 32-bit float",
    };

    /// <summary>Turns bytes of a file into floats.</summary>
    /// <param name="bytes"><see cref="Bytes"/> for each float.</param>
    /// <param name="floats">Filled.</param>
    /// <returns>The first component that is not a finite 32-bit float, or that no 32-bit float holds; -1 where all are sound.</returns>
    public int Decode(ReadOnlySpan<byte> bytes, Span<float> floats)
    {
        switch (Kind)
        {
            case ElementKind.Float32 when BigEndian == !BitConverter.IsLittleEndian:
                bytes[..(floats.Length * sizeof(float))].CopyTo(MemoryMarshal.AsBytes(floats));
                break;
            case ElementKind.UInt8:
                for (int i = 0; i < floats.Length; i++)
                    floats[i] = bytes[i];
                return -1;
            case ElementKind.Int8:
                for (int i = 0; i < floats.Length; i++)
                    floats[i] = (sbyte)bytes[i];
                return -1;
            case ElementKind.Int32:
                return DecodeInt32(bytes, floats);
            default:
                for (int i = 0; i < floats.Length; i++)
                    floats[i] = (float)Float(bytes, i);
                break;
        }

        return VectorCheck.IndexOfNonFinite(floats);
    }

    /// <summary>The component as people write it, for errors.</summary>
    public string Text(ReadOnlySpan<byte> bytes, int component) => Kind switch
    {
        ElementKind.Int32 => Int32(bytes, component).ToString(CultureInfo.InvariantCulture),
        ElementKind.Float64 => FloatText.Of(Float(bytes, component)),
        _ => FloatText.Of((float)Float(bytes, component)),
    };

    /// <summary>Turns floats into bytes of a file.</summary>
    /// <returns>The first component that the type cannot hold exactly; -1 where it holds all.</returns>
    public int Encode(ReadOnlySpan<float> floats, Span<byte> bytes)
    {
        for (int i = 0; i < floats.Length; i++)
        {
            if (!Encode(floats[i], bytes.Slice(i * Bytes, Bytes)))
                return i;
        }

        return -1;
    }

    private bool Encode(float value, Span<byte> bytes)
    {
        switch (Kind)
        {
            case ElementKind.UInt8:
                bytes[0] = unchecked((byte)(int)value);
                return bytes[0] == value && !IsNegativeZero(value);
            case ElementKind.Int8:
                bytes[0] = unchecked((byte)(sbyte)(int)value);
                return (sbyte)bytes[0] == value && !IsNegativeZero(value);
            case ElementKind.Int32:
                int whole = value is >= int.MinValue and < 2_147_483_648f ? (int)value : 0;
                Put(bytes, whole);
                return whole == value && !IsNegativeZero(value);
            case ElementKind.Float32:
                Put(bytes, BitConverter.SingleToInt32Bits(value));
                return true;
            default:
                throw new NotSupportedException($"Nothing is written as {Kind}.");
        }
    }

    private void Put(Span<byte> bytes, int value)
    {
        if (BigEndian)
            BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
    }

    private int DecodeInt32(ReadOnlySpan<byte> bytes, Span<float> floats)
    {
        for (int i = 0; i < floats.Length; i++)
        {
            int whole = Int32(bytes, i);
            floats[i] = whole;
            if ((double)floats[i] != whole)
                return i;
        }

        return -1;
    }

    private int Int32(ReadOnlySpan<byte> bytes, int component)
    {
        bytes = bytes[(component * sizeof(int))..];
        return BigEndian ? BinaryPrimitives.ReadInt32BigEndian(bytes) : BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    private double Float(ReadOnlySpan<byte> bytes, int component)
    {
        bytes = bytes[(component * Bytes)..];
        return Kind switch
        {
            ElementKind.Float64 => BigEndian ? BinaryPrimitives.ReadDoubleBigEndian(bytes) : BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            ElementKind.Float16 => (double)(BigEndian ? BinaryPrimitives.ReadHalfBigEndian(bytes) : BinaryPrimitives.ReadHalfLittleEndian(bytes)),
            ElementKind.Float32 => BigEndian ? BinaryPrimitives.ReadSingleBigEndian(bytes) : BinaryPrimitives.ReadSingleLittleEndian(bytes),
            ElementKind.Int8 => (sbyte)bytes[0],
            _ => bytes[0],
        };
    }

    // A whole number has no sign of zero to keep.
    private static bool IsNegativeZero(float value) => value == 0 && float.IsNegative(value);
}

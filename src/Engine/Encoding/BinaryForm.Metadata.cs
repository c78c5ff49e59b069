using System.Buffers;
using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Values;

namespace IqdbFlat.Engine.Encoding;

public static partial class BinaryForm
{
    private const int LeastValueBytes = 1;
    private const int LeastFieldBytes = 1 + LeastValueBytes;

    /// <summary>Writes a value. A string that is not valid Unicode: <see cref="FlatErrorKind.InvalidConfig"/>.</summary>
    public static void Write(IBufferWriter<byte> output, in MetadataValue value)
    {
        ByteWriter.WriteByte(output, (byte)value.Kind);
        switch (value.Kind)
        {
            case MetadataKind.Bool:
                ByteWriter.WriteBool(output, value.AsBool);
                break;
            case MetadataKind.Int:
                ByteWriter.WriteVarint(output, ZigZag(value.AsInt));
                break;
            case MetadataKind.Float:
                ByteWriter.WriteDouble(output, value.AsFloat);
                break;
            case MetadataKind.String:
                ByteWriter.WriteString(output, value.AsString);
                break;
            case MetadataKind.Instant:
                var instant = value.AsInstant;
                ByteWriter.WriteUInt64(output, (ulong)instant.UtcTicks);
                ByteWriter.WriteVarint(output, ZigZag(instant.TotalOffsetMinutes));
                break;
            case MetadataKind.Array:
                ByteWriter.WriteVarint(output, (ulong)value.Elements.Length);
                foreach (ref readonly var element in value.Elements)
                    Write(output, element);
                break;
        }
    }

    /// <summary>The bytes that a value takes.</summary>
    public static long SizeOf(in MetadataValue value) => value.Kind switch
    {
        MetadataKind.Bool => 2,
        MetadataKind.Int => 1 + ByteWriter.SizeOfVarint(ZigZag(value.AsInt)),
        MetadataKind.Float => 1 + sizeof(double),
        MetadataKind.String => 1 + ByteWriter.SizeOfString(value.AsString),
        MetadataKind.Instant => 1 + sizeof(ulong) + ByteWriter.SizeOfVarint(ZigZag(value.AsInstant.TotalOffsetMinutes)),
        MetadataKind.Array => 1 + SizeOf(value.Elements),
        _ => 1,
    };

    private static long SizeOf(ReadOnlySpan<MetadataValue> elements)
    {
        long size = ByteWriter.SizeOfVarint((ulong)elements.Length);
        foreach (ref readonly var element in elements)
            size += SizeOf(element);
        return size;
    }

    /// <summary>Reads a value.</summary>
    public static MetadataValue ReadMetadataValue(ref ByteReader input)
    {
        byte kind = input.ReadByte();
        return kind == (byte)MetadataKind.Array ? ReadArray(ref input) : ReadScalar(ref input, kind);
    }

    private static MetadataValue ReadScalar(ref ByteReader input, byte kind) => (MetadataKind)kind switch
    {
        MetadataKind.Null => MetadataValue.Null,
        MetadataKind.Bool => MetadataValue.FromBool(input.ReadBool()),
        MetadataKind.Int => MetadataValue.FromInt(UnZigZag(input.ReadVarint())),
        MetadataKind.Float => MetadataValue.FromFloat(input.ReadDouble()),
        MetadataKind.String => MetadataValue.FromString(input.ReadString()),
        MetadataKind.Instant => ReadInstant(ref input),
        _ => throw input.Invalid($"a metadata value is of kind 0 to 6, and in an array 0 to 5, found {kind}"),
    };

    private static MetadataValue ReadInstant(ref ByteReader input)
    {
        long ticks = (long)input.ReadUInt64();
        long offset = UnZigZag(input.ReadVarint());
        return InstantRange.TryMake(ticks, offset, out var instant)
            ? MetadataValue.FromInstant(instant)
            : throw input.Invalid($"an instant lies in the years 1 to 9999 and within 840 minutes of UTC, found {ticks} ticks and {offset} minutes");
    }

    private static MetadataValue ReadArray(ref ByteReader input)
    {
        var elements = new MetadataValue[input.ReadCount(LeastValueBytes)];
        for (int i = 0; i < elements.Length; i++)
            elements[i] = ReadScalar(ref input, input.ReadByte());
        return MetadataValue.TryAdopt(elements, out string? reason) ?? throw input.Invalid($"an array has {reason}");
    }

    /// <summary>
    /// Writes metadata. A name or string that is not valid Unicode: <see cref="FlatErrorKind.InvalidConfig"/>, after part of the form has been written;
    /// <see cref="MetadataLimits.Check"/> tells beforehand.
    /// </summary>
    public static void Write(IBufferWriter<byte> output, Metadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ByteWriter.WriteVarint(output, (ulong)metadata.Count);
        for (int i = 0; i < metadata.Count; i++)
        {
            var (field, value) = metadata.At(i);
            ByteWriter.WriteString(output, field);
            Write(output, value);
        }
    }

    /// <summary>The bytes that metadata takes, without encoding it; what <see cref="Limits.MetadataBytes"/> caps.</summary>
    public static long SizeOf(Metadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        long size = ByteWriter.SizeOfVarint((ulong)metadata.Count);
        for (int i = 0; i < metadata.Count; i++)
        {
            var (field, value) = metadata.At(i);
            size += ByteWriter.SizeOfString(field) + SizeOf(value);
        }

        return size;
    }

    /// <summary>Reads metadata. It may pass the caps of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Metadata ReadMetadata(ref ByteReader input)
    {
        int count = input.ReadCount(LeastFieldBytes);
        if (count == 0)
            return Metadata.Empty;
        var fields = new string[count];
        var values = new MetadataValue[count];
        for (int i = 0; i < count; i++)
        {
            fields[i] = input.ReadString();
            if (i > 0 && string.CompareOrdinal(fields[i - 1], fields[i]) >= 0)
                throw input.Invalid($"field names must rise, found field {i} not above the one before");
            values[i] = ReadMetadataValue(ref input);
        }

        return Metadata.AdoptSorted(fields, values);
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}

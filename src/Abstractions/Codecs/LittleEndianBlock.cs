using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.WireProtocol;

namespace IqdbFlat.Abstractions.Codecs;

/// <summary>Numbers of one type as a block: little-endian, end to end, with nothing between them.</summary>
internal static class LittleEndianBlock
{
    public static void Write<TBufferWriter, T>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expected, Type actual, ReadOnlySpan<T> values)
        where TBufferWriter : IBufferWriter<byte>
        where T : unmanaged
    {
        BlockCodec.WriteHeader(ref writer, fieldIdDelta, expected, actual, values.Length * (long)Unsafe.SizeOf<T>());
        var bytes = MemoryMarshal.AsBytes(values);
        if (BitConverter.IsLittleEndian)
        {
            writer.Write(bytes);
            return;
        }

        Span<byte> value = stackalloc byte[Unsafe.SizeOf<T>()];
        for (; bytes.Length > 0; bytes = bytes[value.Length..])
        {
            bytes[..value.Length].CopyTo(value);
            value.Reverse();
            writer.Write(value);
        }
    }

    public static T[] Read<TInput, T>(ref Reader<TInput> reader, Field field, string what)
        where T : unmanaged
    {
        int length = BlockCodec.ReadHeader(ref reader, field, what);
        int size = Unsafe.SizeOf<T>();
        if (length % size != 0)
            throw new InvalidDataException($"{what} has a multiple of {size} bytes, found {length}.");
        var values = GC.AllocateUninitializedArray<T>(length / size);
        var bytes = MemoryMarshal.AsBytes(values.AsSpan());
        reader.ReadBytes(bytes);
        if (!BitConverter.IsLittleEndian)
        {
            for (; bytes.Length > 0; bytes = bytes[size..])
                bytes[..size].Reverse();
        }

        return values;
    }
}

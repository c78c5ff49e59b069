using System.Buffers;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace IqdbFlat.Abstractions.Codecs;

/// <summary>
/// What the codecs of this assembly share: a value is one length-prefixed block of bytes. A reader bounds the length by
/// what a message can hold, and by what this one holds, before it allocates; a writer refuses what no reader would accept.
/// </summary>
internal static class BlockCodec
{
    /// <summary>The longest block, in bytes: the size at which Orleans ends a message.</summary>
    public const int MaxBytes = 100 * 1024 * 1024;

    /// <summary>A buffer for a block of this size, which is refused here, before anything of it is made, when it is too long.</summary>
    public static ArrayBufferWriter<byte> Buffer(long bytes)
    {
        CheckLength(bytes);

        // A varint asks for the room of the longest one; with that at the end, the buffer never grows.
        return new((int)bytes + ByteWriter.MaxVarintSize);
    }

    public static void Write<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expected, Type actual, ArrayBufferWriter<byte> block)
        where TBufferWriter : IBufferWriter<byte>
    {
        WriteHeader(ref writer, fieldIdDelta, expected, actual, block.WrittenCount);
        writer.Write(block.WrittenSpan);
    }

    public static void WriteHeader<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expected, Type actual, long bytes)
        where TBufferWriter : IBufferWriter<byte>
    {
        CheckLength(bytes);
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeader(fieldIdDelta, expected, actual, WireType.LengthPrefixed);
        writer.WriteVarUInt32((uint)bytes);
    }

    public static int ReadHeader<TInput>(ref Reader<TInput> reader, Field field, string what)
    {
        ReferenceCodec.MarkValueField(reader.Session);
        if (field.WireType != WireType.LengthPrefixed)
            throw new InvalidDataException($"{what} is written as one length-prefixed block, found wire type {field.WireType}.");
        uint length = reader.ReadVarUInt32();
        if (length > MaxBytes)
            throw new InvalidDataException($"{what} has at most {MaxBytes} bytes, found {length}.");

        // Not what is left of it: where Orleans reads an object late, out of a field that it had skipped, positions count from the
        // message's beginning and lengths from the object's. A block that ends past the message fails as it is read.
        if (length > reader.Length)
            throw new InvalidDataException($"{what} says {length} bytes, and the message has {reader.Length}.");
        return (int)length;
    }

    public static byte[] ReadBytes<TInput>(ref Reader<TInput> reader, Field field, string what) =>
        reader.ReadBytes((uint)ReadHeader(ref reader, field, what));

    private static void CheckLength(long bytes)
    {
        if (bytes > MaxBytes)
            throw FlatIndexException.ResourceLimitExceeded("bytes in one block of a message", MaxBytes, bytes);
    }
}

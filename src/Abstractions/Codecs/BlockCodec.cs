using System.Buffers;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace IqdbFlat.Abstractions.Codecs;

/// <summary>
/// What the codecs of this assembly share: a value is one length-prefixed block of bytes. A reader bounds the length by
/// what a message can hold before it allocates.
/// </summary>
internal static class BlockCodec
{
    /// <summary>The longest block a reader accepts, in bytes: the size at which Orleans ends a message.</summary>
    public const int MaxBytes = 100 * 1024 * 1024;

    public static void WriteHeader<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expected, Type actual, int bytes)
        where TBufferWriter : IBufferWriter<byte>
    {
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
        return (int)length;
    }

    public static byte[] ReadBytes<TInput>(ref Reader<TInput> reader, Field field, string what) =>
        reader.ReadBytes((uint)ReadHeader(ref reader, field, what));
}

using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace IqdbFlat.Abstractions.Codecs;

/// <summary>Writes a <see cref="FloatVector"/> as one block of little-endian bytes.</summary>
[RegisterSerializer]
internal sealed class FloatVectorCodec : IFieldCodec<FloatVector>
{
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, FloatVector value)
        where TBufferWriter : IBufferWriter<byte>
    {
        BlockCodec.WriteHeader(ref writer, fieldIdDelta, expectedType, typeof(FloatVector), value.Length * (long)sizeof(float));
        if (BitConverter.IsLittleEndian)
        {
            writer.Write(MemoryMarshal.AsBytes(value.Span));
            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(float)];
        foreach (float component in value.Span)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, component);
            writer.Write(bytes);
        }
    }

    public FloatVector ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        int length = BlockCodec.ReadHeader(ref reader, field, "A block of floats");
        if (length % sizeof(float) != 0)
            throw new InvalidDataException($"A block of floats has a multiple of 4 bytes, found {length}.");
        float[] values = GC.AllocateUninitializedArray<float>(length / sizeof(float));
        reader.ReadBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            var bits = MemoryMarshal.Cast<float, int>(values.AsSpan());
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }

        return new(values);
    }
}

/// <summary>A <see cref="FloatVector"/> is immutable: a copy is itself.</summary>
[RegisterCopier]
internal sealed class FloatVectorCopier : IDeepCopier<FloatVector>, IOptionalDeepCopier
{
    public bool IsShallowCopyable() => true;

    public FloatVector DeepCopy(FloatVector input, CopyContext context) => input;
}

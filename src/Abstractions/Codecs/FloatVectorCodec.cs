using System.Buffers;
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
        where TBufferWriter : IBufferWriter<byte> =>
        LittleEndianBlock.Write(ref writer, fieldIdDelta, expectedType, typeof(FloatVector), value.Span);

    public FloatVector ReadValue<TInput>(ref Reader<TInput> reader, Field field) =>
        new(LittleEndianBlock.Read<TInput, float>(ref reader, field, "A block of floats"));
}

/// <summary>A <see cref="FloatVector"/> is immutable: a copy is itself.</summary>
[RegisterCopier]
internal sealed class FloatVectorCopier : IDeepCopier<FloatVector>, IOptionalDeepCopier
{
    public bool IsShallowCopyable() => true;

    public FloatVector DeepCopy(FloatVector input, CopyContext context) => input;
}

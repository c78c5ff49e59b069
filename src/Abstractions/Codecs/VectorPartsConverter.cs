using System.Buffers;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;
using Orleans;

namespace IqdbFlat.Abstractions.Codecs;

/// <summary><see cref="VectorParts"/> as they travel: their binary form.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.VectorParts")]
internal struct VectorPartsSurrogate
{
    [Id(0)]
    public byte[]? Bytes;
}

/// <summary>Checks the parts as they arrive, as an index does.</summary>
[RegisterConverter]
internal sealed class VectorPartsConverter : IConverter<VectorParts, VectorPartsSurrogate>
{
    public VectorParts ConvertFromSurrogate(in VectorPartsSurrogate surrogate)
    {
        var input = new ByteReader(surrogate.Bytes);
        var parts = VectorParts.Read(ref input);
        input.ExpectEnd();
        return parts;
    }

    public VectorPartsSurrogate ConvertToSurrogate(in VectorParts value)
    {
        var output = new ArrayBufferWriter<byte>();
        value.Write(output);
        return new() { Bytes = output.WrittenSpan.ToArray() };
    }
}

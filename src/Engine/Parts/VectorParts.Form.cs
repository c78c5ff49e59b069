using System.Buffers;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Engine;

public sealed partial class VectorParts
{
    /// <summary>Writes the parts: their number (varint), then for each its name (string), dimension (varint) and metric (1 byte), in the forms of <see cref="BinaryForm"/>.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        ByteWriter.WriteVarint(output, (ulong)Count);
        foreach (var part in _parts)
        {
            ByteWriter.WriteString(output, part.Name);
            ByteWriter.WriteVarint(output, (ulong)part.Dimension);
            ByteWriter.WriteByte(output, (byte)part.Metric);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote. <see cref="InvalidDataException"/> for anything else.</summary>
    public static VectorParts Read(ref ByteReader input)
    {
        var parts = new VectorPart[input.ReadCount(leastBytesEach: 3)];
        for (int i = 0; i < parts.Length; i++)
        {
            string name = input.ReadString();
            ulong dimension = input.ReadVarint();
            parts[i] = new(name, (int)Math.Min(dimension, int.MaxValue), (Metric)input.ReadByte());
        }

        try
        {
            return new(parts);
        }
        catch (FlatIndexException error)
        {
            throw input.Invalid(error.Error.Message);
        }
    }
}

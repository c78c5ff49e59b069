using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Log.Records;

/// <summary>Vectors as bytes: 4 a component, little-endian, bits unchanged, nothing between.</summary>
internal static class FloatForm
{
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<float> floats)
    {
        if (BitConverter.IsLittleEndian)
        {
            output.Write(MemoryMarshal.AsBytes(floats));
            return;
        }

        foreach (float value in floats)
            ByteWriter.WriteUInt32(output, BitConverter.SingleToUInt32Bits(value));
    }

    public static float[] Read(ref ByteReader input, int count)
    {
        var bytes = input.ReadBytes(checked(count * sizeof(float)));
        float[] floats = GC.AllocateUninitializedArray<float>(count);
        Copy(bytes, floats);
        return floats;
    }

    public static void Copy(ReadOnlySpan<byte> bytes, Span<float> floats)
    {
        if (BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(floats));
            return;
        }

        for (int i = 0; i < floats.Length; i++)
            floats[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
    }
}

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

    /// <summary>The floats where they lie, or copied to an array that is made when it is needed.</summary>
    public static ReadOnlySpan<float> View(ReadOnlySpan<byte> bytes, ref float[]? copy)
    {
        if (BitConverter.IsLittleEndian)
            return MemoryMarshal.Cast<byte, float>(bytes);
        copy ??= new float[bytes.Length / sizeof(float)];
        Copy(bytes, copy);
        return copy;
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

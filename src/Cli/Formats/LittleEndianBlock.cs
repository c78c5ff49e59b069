using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace IqdbFlat.Cli.Formats;

/// <summary>Blocks of 32-bit values as the files hold them: little-endian, whatever the machine.</summary>
internal static class LittleEndianBlock
{
    /// <summary>Reads until the block is full or the stream ends.</summary>
    /// <returns>The bytes read.</returns>
    public static int Read<T>(Stream stream, Span<T> values)
        where T : unmanaged
    {
        int bytes = stream.ReadAtLeast(MemoryMarshal.AsBytes(values), values.Length * 4, throwOnEndOfStream: false);
        Swap(MemoryMarshal.Cast<T, int>(values));
        return bytes;
    }

    /// <summary>Writes the block.</summary>
    public static void Write<T>(Stream stream, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        var swapped = values.ToArray();
        Swap(MemoryMarshal.Cast<T, int>(swapped.AsSpan()));
        stream.Write(MemoryMarshal.AsBytes<T>(swapped));
    }

    private static void Swap(Span<int> values)
    {
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(values, values);
    }
}

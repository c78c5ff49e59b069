using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IqdbFlat.Cli.Formats;

/// <summary>Blocks of bytes or 32-bit values as the files hold them: little-endian, whatever the machine.</summary>
internal static class LittleEndianBlock
{
    /// <summary>Reads until the block is full or the stream ends.</summary>
    /// <returns>The bytes read.</returns>
    public static int Read<T>(Stream stream, Span<T> values)
        where T : unmanaged
    {
        int bytes = stream.ReadAtLeast(MemoryMarshal.AsBytes(values), values.Length * Unsafe.SizeOf<T>(), throwOnEndOfStream: false);
        Swap(values);
        return bytes;
    }

    /// <summary>Writes the block.</summary>
    public static void Write<T>(Stream stream, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (BitConverter.IsLittleEndian || Unsafe.SizeOf<T>() == 1)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        var swapped = values.ToArray();
        Swap(swapped.AsSpan());
        stream.Write(MemoryMarshal.AsBytes<T>(swapped));
    }

    private static void Swap<T>(Span<T> values)
        where T : unmanaged
    {
        if (BitConverter.IsLittleEndian || Unsafe.SizeOf<T>() == 1)
            return;
        var words = MemoryMarshal.Cast<T, int>(values);
        BinaryPrimitives.ReverseEndianness(words, words);
    }
}

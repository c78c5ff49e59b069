using System.Buffers.Binary;
using IqdbFlat.Cli.Formats.Elements;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Arrays;

/// <summary>The header of .fbin, .ibin, .u8bin and .i8bin files: the number of rows and the dimension, 32 bits each, little-endian.</summary>
internal static class BinHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Length = 8;

    /// <summary>Reads a header.</summary>
    public static ArrayHeader Read(Stream stream, string file, ElementType type)
    {
        Span<byte> bytes = stackalloc byte[Length];
        int read = stream.ReadAtLeast(bytes, Length, throwOnEndOfStream: false);
        if (read < Length)
            throw FileProblem.Corrupt(file, null, $"expected {Length} bytes that say how many rows and components there are, found {read}");
        uint rows = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        uint dimension = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (dimension is < 1 or > Limits.Dimension)
            throw FileProblem.Corrupt(file, null, $"expected a dimension from 1 to {Limits.Dimension}, found {dimension}");
        return new(rows, (int)dimension, type, ColumnsFirst: false, Length);
    }

    /// <summary>Writes a header.</summary>
    public static void Write(Stream stream, long rows, int dimension)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)rows);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], (uint)dimension);
        stream.Write(bytes);
    }
}

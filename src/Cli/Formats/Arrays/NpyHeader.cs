using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using IqdbFlat.Cli.Formats.Elements;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Formats.Arrays;

/// <summary>
/// The header of a .npy file, versions 1.0 to 3.0: the magic, a version, a length, and a Python dictionary with <c>descr</c>,
/// <c>fortran_order</c> and <c>shape</c>.
/// </summary>
internal static class NpyHeader
{
    /// <summary>The element types that are read, for errors.</summary>
    public const string KnownTypes = "f4, f2, f8, i1, u1 or i4";

    /// <summary>The bytes that every .npy file begins with.</summary>
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The bytes of the header that <see cref="Write"/> writes, whatever the shape.</summary>
    public const int WrittenBytes = 128;

    /// <summary>The most text a header may have: far more than a two-dimensional shape needs.</summary>
    private const int MaxText = 65_535;

    /// <summary>Reads a header and checks that its array is one of rows that can be read: two-dimensional, of a known type.</summary>
    public static ArrayHeader Read(Stream stream, string file)
    {
        Span<byte> start = stackalloc byte[12];
        Fill(stream, start[..8], file);
        if (!start[..6].SequenceEqual(Magic))
            throw FileProblem.Corrupt(file, null, "expected the .npy magic \\x93NUMPY at the beginning, found other bytes");
        if (start[6] is < 1 or > 3 || start[7] != 0)
            throw FileProblem.Unsupported(file, $"expected a .npy version from 1.0 to 3.0, found {start[6]}.{start[7]}");
        int lengthBytes = start[6] == 1 ? 2 : 4;
        Fill(stream, start.Slice(8, lengthBytes), file);
        uint length = lengthBytes == 2
            ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..])
            : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > MaxText)
            throw FileProblem.Corrupt(file, null, $"expected a .npy header of at most {MaxText} bytes, found a length of {length}");
        byte[] text = new byte[length];
        Fill(stream, text, file);
        var encoding = start[6] == 3 ? Encoding.UTF8 : Encoding.Latin1;
        return Check(NpyDictionary.Parse(encoding.GetString(text), file), 8 + lengthBytes + (int)length, file);
    }

    /// <summary>Writes a header of <see cref="WrittenBytes"/> bytes, version 1.0, so that the number of rows can be filled in at the end.</summary>
    public static void Write(Stream stream, long rows, int dimension)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {dimension}), }}");
        byte[] header = new byte[WrittenBytes];
        Magic.CopyTo(header);
        header[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), WrittenBytes - 10);
        header.AsSpan(10).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, header.AsSpan(10));
        header[^1] = (byte)'\n';
        stream.Write(header);
    }

    private static ArrayHeader Check(NpyDictionary found, int bytes, string file)
    {
        var type = TypeOf(found.Type)
            ?? throw FileProblem.Unsupported(file, $"expected elements of type {KnownTypes}, found '{found.Type}'");
        if (found.Shape.Count != 2)
            throw FileProblem.Unsupported(file, $"expected a shape of two numbers (rows, dimension), found {found.Shape.Count}");
        var (rows, dimension) = (found.Shape[0], found.Shape[1]);
        if (dimension < 1 || dimension > Limits.Dimension)
            throw FileProblem.Corrupt(file, null, $"expected a dimension from 1 to {Limits.Dimension}, found {dimension}");
        if ((rows * dimension * type.Bytes) + bytes > long.MaxValue)
            throw FileProblem.Corrupt(file, null, $"the shape ({rows}, {dimension}) has more bytes than any file can hold");
        return new((long)rows, (int)dimension, type, found.FortranOrder, bytes);
    }

    private static ElementType? TypeOf(string text)
    {
        if (text.Length != 3 || !"<>|=".Contains(text[0], StringComparison.Ordinal))
            return null;
        ElementKind? kind = text[1..] switch
        {
            "f4" => ElementKind.Float32,
            "f2" => ElementKind.Float16,
            "f8" => ElementKind.Float64,
            "i1" => ElementKind.Int8,
            "u1" => ElementKind.UInt8,
            "i4" => ElementKind.Int32,
            _ => null,
        };

        // A bar says that the order of bytes means nothing, which is so for single bytes only.
        bool isSound = kind is ElementKind.Int8 or ElementKind.UInt8 || text[0] is '<' or '>';
        return kind is { } known && isSound ? new(known, BigEndian: text[0] == '>') : null;
    }

    private static void Fill(Stream stream, Span<byte> bytes, string file)
    {
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length)
            throw FileProblem.Corrupt(file, null, $"the file ends inside its .npy header: expected {bytes.Length} more bytes, found {read}");
    }
}

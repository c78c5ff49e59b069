using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;
using IqdbFlat.VectorData.Backends;

namespace IqdbFlat.VectorData.Embedded;

/// <summary>The bytes of rows and shapes in a file. They never change; a change would be a new version of the file.</summary>
/// <remarks>
/// An id and metadata are in the engine's binary form. A row's content is its metadata and then its vector, 32-bit floats with the lowest byte first. A shape is the
/// number of its vectors and, where there are any, the form of <see cref="VectorParts"/>.
/// </remarks>
internal static class RecordForm
{
    public static byte[] WriteId(in RowId id)
    {
        var output = new ArrayBufferWriter<byte>(BinaryForm.SizeOf(id));
        BinaryForm.Write(output, id);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] WriteContent(in Row row)
    {
        var metadata = row.Metadata ?? Metadata.Empty;
        var output = new ArrayBufferWriter<byte>((int)BinaryForm.SizeOf(metadata) + (row.Vector.Length * sizeof(float)));
        BinaryForm.Write(output, metadata);
        output.Write(MemoryMarshal.AsBytes(row.Vector.Span));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A row of its id and content; <see cref="InvalidDataException"/> for bytes that are none.</summary>
    public static Row ReadRow(byte[] id, byte[] content)
    {
        var ofId = new ByteReader(id);
        var rowId = BinaryForm.ReadRowId(ref ofId);
        var ofContent = new ByteReader(content);
        var metadata = BinaryForm.ReadMetadata(ref ofContent);
        var floats = content.AsSpan(content.Length - ofContent.Remaining);
        if (ofId.Remaining != 0 || floats.Length % sizeof(float) != 0)
            throw new InvalidDataException($"a row ends with whole floats, found {floats.Length} bytes behind its metadata and {ofId.Remaining} behind its id");
        return new(rowId, MemoryMarshal.Cast<byte, float>(floats).ToArray(), metadata);
    }

    public static byte[] WriteShape(CollectionShape shape)
    {
        var output = new ArrayBufferWriter<byte>();
        ByteWriter.WriteVarint(output, (ulong)shape.Vectors.Count);
        new RowForm(shape).Parts?.Write(output);
        return output.WrittenSpan.ToArray();
    }

    public static CollectionShape ReadShape(byte[] bytes)
    {
        var input = new ByteReader(bytes);
        return RowForm.ShapeOf(input.ReadVarint() == 0 ? null : VectorParts.Read(ref input));
    }

    public static long Checksum(ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        var hash = new XxHash3();
        hash.Append(name);
        hash.Append(content);
        return (long)hash.GetCurrentHashAsUInt64();
    }
}

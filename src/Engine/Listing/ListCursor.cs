using System.Buffers;
using System.Buffers.Text;
using System.IO.Hashing;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Engine.Listing;

/// <summary>The text that stands for a place in a list: where its last row stood. Opaque to callers.</summary>
/// <remarks>
/// Base64 (for URLs) of: a version (1); XXH3 (8 bytes) over what the list is of: the index's incarnation, the order and the filter; the last row's sequence (8
/// bytes) and its metadata in the fields of the order, in the forms of <see cref="BinaryForm"/>.
/// </remarks>
internal static class ListCursor
{
    private const byte Version = 1;

    /// <summary>The cursor behind a row.</summary>
    /// <param name="incarnation">The index's, or empty where there is only one.</param>
    /// <param name="order">The list's order.</param>
    /// <param name="filter">The list's filter.</param>
    /// <param name="last">Where the row stands.</param>
    public static string Write(string incarnation, RowOrder order, Filter? filter, RowRank last)
    {
        var output = new ArrayBufferWriter<byte>();
        ByteWriter.WriteByte(output, Version);
        ByteWriter.WriteUInt64(output, HashOf(incarnation, order, filter));
        ByteWriter.WriteUInt64(output, last.Sequence);
        BinaryForm.Write(output, order.MetadataOf(last));
        return Base64Url.EncodeToString(output.WrittenSpan);
    }

    /// <summary>The place of a cursor; null for none. InvalidConfig: a text that is no cursor, or that of another list.</summary>
    public static RowRank? Read(string incarnation, RowOrder order, Filter? filter, string? cursor)
    {
        if (cursor is null)
            return null;
        try
        {
            var input = new ByteReader(Base64Url.DecodeFromChars(cursor));
            if (input.ReadByte() != Version)
                throw new FormatException();
            if (input.ReadUInt64() != HashOf(incarnation, order, filter))
                throw FlatIndexException.InvalidConfig("a cursor goes on with the list that it comes from: expected the same index, filter and order, found others");
            ulong sequence = input.ReadUInt64();
            var metadata = BinaryForm.ReadMetadata(ref input);
            input.ExpectEnd();
            return order.RankOf(metadata, sequence);
        }
        catch (Exception malformed) when (malformed is FormatException or InvalidDataException)
        {
            throw new FlatIndexException(FlatIndexException.InvalidConfig("expected the cursor of a page, found a text that is none").Error, malformed);
        }
    }

    private static ulong HashOf(string incarnation, RowOrder order, Filter? filter)
    {
        var output = new ArrayBufferWriter<byte>();
        ByteWriter.WriteString(output, incarnation);
        ByteWriter.WriteVarint(output, (ulong)order.Fields.Count);
        foreach (var (field, descending) in order.Fields)
        {
            ByteWriter.WriteString(output, field);
            ByteWriter.WriteBool(output, descending);
        }

        BinaryForm.WriteOptional(output, filter);
        return XxHash3.HashToUInt64(output.WrittenSpan);
    }
}

using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using IqdbFlat.Abstractions;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Tokens;

/// <summary>
/// A hash of all that a write asks for, whatever name its index has: XXH3 (64 bits, seed 0) over the mode (a byte), the number of rows (varint), their ids,
/// then the vectors' floats and each row's metadata (a byte that is 1, and its form; or 0), and for a removal by a filter this, all in their binary forms. It is kept with tokens: a stored form.
/// </summary>
internal static class PayloadHash
{
    public static ulong Of(WriteRequest request)
    {
        var rows = request.Rows;
        var hash = new XxHash3();
        var piece = new ArrayBufferWriter<byte>(256);
        ByteWriter.WriteByte(piece, (byte)request.Mode);
        ByteWriter.WriteVarint(piece, (ulong)rows.Count);
        foreach (ref readonly var id in rows.Ids.Span)
        {
            BinaryForm.Write(piece, id);
            Flush(hash, piece);
        }

        Flush(hash, piece);
        Append(hash, rows.Vectors.Span);
        for (int row = 0; row < rows.Count; row++)
        {
            // None and empty are one thing, and have one form.
            var metadata = rows.Metadata.Count == rows.Count ? rows.MetadataAt(row) : null;
            ByteWriter.WriteBool(piece, metadata is { Count: > 0 });
            if (metadata is { Count: > 0 })
                BinaryForm.Write(piece, metadata);
            Flush(hash, piece);
        }

        if (request.Mode == WriteMode.DeleteMatching)
        {
            BinaryForm.WriteOptional(piece, request.Filter.Filter);
            Flush(hash, piece);
        }

        return hash.GetCurrentHashAsUInt64();
    }

    private static void Append(XxHash3 hash, ReadOnlySpan<float> floats)
    {
        if (BitConverter.IsLittleEndian)
        {
            hash.Append(MemoryMarshal.AsBytes(floats));
            return;
        }

        var piece = new ArrayBufferWriter<byte>(sizeof(uint));
        foreach (float value in floats)
        {
            ByteWriter.WriteUInt32(piece, BitConverter.SingleToUInt32Bits(value));
            Flush(hash, piece);
        }
    }

    private static void Flush(XxHash3 hash, ArrayBufferWriter<byte> piece)
    {
        hash.Append(piece.WrittenSpan);
        piece.ResetWrittenCount();
    }
}

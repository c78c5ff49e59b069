using System.Buffers;
using System.Runtime.CompilerServices;

namespace IqdbFlat.Engine.Encoding;

/// <summary>
/// The binary form of ids, metadata values, metadata and filters: one form for wire, log and backup. It never changes; what a later version adds
/// gets numbers that are free here.
/// </summary>
/// <remarks>
/// <para>Fixed-size numbers are little-endian. <c>varint</c> is an unsigned number in 1 to 10 bytes, 7 bits a byte, the lowest first, the high bit
/// set on every byte but the last, always in its shortest form. <c>string</c> is a varint, the length in bytes, then that many bytes of valid UTF-8.</para>
/// <para><b>Id</b>: byte 0, then the number in 8 bytes; or byte 1, varint length, then the bytes. Empty and overlong byte strings are
/// carried: the index answers for them.</para>
/// <para><b>Metadata value</b>: one byte, the <see cref="MetadataKind"/>, then: null (0) nothing; bool (1) a byte 0 or 1; int (2) a varint of the
/// zigzag form (n &lt;&lt; 1) ^ (n &gt;&gt; 63), so that small magnitudes are short; float (3) its 8 bytes, bits unchanged; string (4) a string;
/// instant (5) its ticks of 100 ns in UTC since the year 1 in 8 bytes, and a varint of the zigzag form of its offset in minutes; array (6) a varint, the
/// number of elements, then the elements as values, no arrays among them. Versions before 5 and 6 refuse them by their kind.</para>
/// <para><b>Metadata</b>: varint, the number of fields, then for each, in strictly rising ordinal (UTF-16) order of names: the name as a string,
/// the value. Equal metadata has equal bytes.</para>
/// <para><b>Filter</b>: nodes in preorder. Each begins with a byte. 0 to 5, the <see cref="CompareOperator"/>: the field as a string, the value.
/// 6, In: the field as a string, varint, the number of values, the values. 7, And, and 8, Or: varint, the number of children, which follow.
/// 9, Not: one child follows. 10, Contains: as 0 to 5. 11, ContainsAny: as 6. 12, StartsWith, 13, EndsWith, and 14, ContainsText: the field and the
/// text as strings. Versions before 10 to 14 refuse them by their number. A filter's form has at most <see cref="MaxFilterBytes"/> bytes.</para>
/// <para><b>Optional filter</b>: byte 0 for none; byte 1, then the filter.</para>
/// <para>Readers take hostile bytes: they never recurse, allocate no more than a small multiple of the bytes they have read or proved to be
/// there, and fail only with <see cref="InvalidDataException"/>. What they return still has to pass the caps
/// (<see cref="RowIdLimits"/>, <see cref="MetadataLimits"/>, <see cref="FilterLimits"/>).</para>
/// </remarks>
public static partial class BinaryForm
{
    private const byte NumberId = 0;
    private const byte BytesId = 1;

    /// <summary>Writes an id: 9 bytes for a number, 1 + varint + length for bytes.</summary>
    public static void Write(IBufferWriter<byte> output, in RowId id)
    {
        if (id.BytesOrNull is { } bytes)
        {
            ByteWriter.WriteByte(output, BytesId);
            ByteWriter.WriteVarint(output, (ulong)bytes.Length);
            ByteWriter.WriteBytes(output, bytes);
        }
        else
        {
            ByteWriter.WriteByte(output, NumberId);
            ByteWriter.WriteUInt64(output, id.Number);
        }
    }

    /// <summary>The bytes that an id takes.</summary>
    public static int SizeOf(in RowId id) => id.BytesOrNull is { } bytes
        ? 1 + ByteWriter.SizeOfVarint((ulong)bytes.Length) + bytes.Length
        : 1 + sizeof(ulong);

    /// <summary>Reads an id. It may be one that no index accepts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static RowId ReadRowId(ref ByteReader input)
    {
        byte kind = input.ReadByte();
        return kind switch
        {
            NumberId => RowId.FromUInt64(input.ReadUInt64()),
            BytesId => RowId.Adopt(input.ReadBytes(input.ReadCount(leastBytesEach: 1)).ToArray()),
            _ => throw input.Invalid($"an id is of kind 0 or 1, found {kind}"),
        };
    }
}

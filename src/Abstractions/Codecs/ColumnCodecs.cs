using System.Buffers;
using System.Buffers.Binary;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Encoding;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace IqdbFlat.Abstractions.Codecs;

/// <summary>
/// A column of ids: a byte that is 0 where all are numbers, and then 8 bytes each; or 1, a count as a varint, and each id in
/// its binary form.
/// </summary>
[RegisterSerializer]
internal sealed class RowIdColumnCodec : IFieldCodec<RowIdColumn>
{
    private const byte Numbers = 0;
    private const byte Mixed = 1;

    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, RowIdColumn value)
        where TBufferWriter : IBufferWriter<byte>
    {
        bool mixed = value.Span.ContainsAnyBytes();
        var block = BlockCodec.Buffer(1 + (mixed ? SizeOfMixed(value.Span) : value.Count * (long)sizeof(ulong)));
        ByteWriter.WriteByte(block, mixed ? Mixed : Numbers);
        if (mixed)
        {
            ByteWriter.WriteVarint(block, (ulong)value.Count);
            foreach (ref readonly var id in value.Span)
                BinaryForm.Write(block, id);
        }
        else
        {
            var bytes = block.GetSpan(value.Count * sizeof(ulong));
            for (int i = 0; i < value.Count; i++)
                BinaryPrimitives.WriteUInt64LittleEndian(bytes[(i * sizeof(ulong))..], value.Span[i].Number);
            block.Advance(value.Count * sizeof(ulong));
        }

        BlockCodec.Write(ref writer, fieldIdDelta, expectedType, typeof(RowIdColumn), block);
    }

    public RowIdColumn ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        var block = new ByteReader(BlockCodec.ReadBytes(ref reader, field, "A column of ids"));
        return block.ReadByte() switch
        {
            Numbers => ReadNumbers(block.Unread),
            Mixed => ReadMixed(ref block),
            var kind => throw new InvalidDataException($"A column of ids is of kind 0 or 1, found {kind}."),
        };
    }

    private static long SizeOfMixed(ReadOnlySpan<RowId> ids)
    {
        long size = ByteWriter.SizeOfVarint((ulong)ids.Length);
        foreach (ref readonly var id in ids)
            size += BinaryForm.SizeOf(id);
        return size;
    }

    private static RowIdColumn ReadNumbers(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % sizeof(ulong) != 0)
            throw new InvalidDataException($"A column of numbers has a multiple of 8 bytes, found {bytes.Length}.");
        var ids = new RowId[bytes.Length / sizeof(ulong)];
        for (int i = 0; i < ids.Length; i++)
            ids[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * sizeof(ulong))..]);
        return ids;
    }

    private static RowIdColumn ReadMixed(ref ByteReader block)
    {
        var ids = new RowId[block.ReadCount(leastBytesEach: 1)];
        for (int i = 0; i < ids.Length; i++)
            ids[i] = BinaryForm.ReadRowId(ref block);
        block.ExpectEnd();
        return ids;
    }
}

/// <summary>A column of metadata: a count as a varint, and for each row a byte that is 0 for none, or 1 and its binary form.</summary>
[RegisterSerializer]
internal sealed class MetadataColumnCodec : IFieldCodec<MetadataColumn>
{
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, MetadataColumn value)
        where TBufferWriter : IBufferWriter<byte>
    {
        var block = BlockCodec.Buffer(SizeOf(value.Span));
        ByteWriter.WriteVarint(block, (ulong)value.Count);
        foreach (var metadata in value.Span)
        {
            ByteWriter.WriteBool(block, metadata is not null);
            if (metadata is not null)
                BinaryForm.Write(block, metadata);
        }

        BlockCodec.Write(ref writer, fieldIdDelta, expectedType, typeof(MetadataColumn), block);
    }

    private static long SizeOf(ReadOnlySpan<Metadata?> rows)
    {
        long size = ByteWriter.SizeOfVarint((ulong)rows.Length);
        foreach (var metadata in rows)
            size += 1 + (metadata is null ? 0 : BinaryForm.SizeOf(metadata));
        return size;
    }

    public MetadataColumn ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        var block = new ByteReader(BlockCodec.ReadBytes(ref reader, field, "A column of metadata"));
        var rows = new Metadata?[block.ReadCount(leastBytesEach: 1)];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = block.ReadBool() ? BinaryForm.ReadMetadata(ref block) : null;
        block.ExpectEnd();
        return rows;
    }
}

/// <summary>A filter: a byte that is 0 for none, or 1 and its flat binary form.</summary>
[RegisterSerializer]
internal sealed class FilterExpressionCodec : IFieldCodec<FilterExpression>
{
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, FilterExpression value)
        where TBufferWriter : IBufferWriter<byte>
    {
        var block = BlockCodec.Buffer(1 + (value.Filter is null ? 0 : BinaryForm.SizeOf(value.Filter)));
        BinaryForm.WriteOptional(block, value.Filter);
        BlockCodec.Write(ref writer, fieldIdDelta, expectedType, typeof(FilterExpression), block);
    }

    public FilterExpression ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        var block = new ByteReader(BlockCodec.ReadBytes(ref reader, field, "A filter"));
        var filter = BinaryForm.ReadOptionalFilter(ref block);
        block.ExpectEnd();
        return filter;
    }
}

/// <summary>A column of sequences: 8 bytes each, little-endian.</summary>
[RegisterSerializer]
internal sealed class SequenceColumnCodec : IFieldCodec<SequenceColumn>
{
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, SequenceColumn value)
        where TBufferWriter : IBufferWriter<byte> =>
        LittleEndianBlock.Write(ref writer, fieldIdDelta, expectedType, typeof(SequenceColumn), value.Span);

    public SequenceColumn ReadValue<TInput>(ref Reader<TInput> reader, Field field) =>
        new(LittleEndianBlock.Read<TInput, ulong>(ref reader, field, "A column of sequences"));
}

/// <summary>A column of bytes, as they are.</summary>
[RegisterSerializer]
internal sealed class BytesColumnCodec : IFieldCodec<BytesColumn>
{
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, BytesColumn value)
        where TBufferWriter : IBufferWriter<byte>
    {
        var block = BlockCodec.Buffer(value.Count);
        ByteWriter.WriteBytes(block, value.Span);
        BlockCodec.Write(ref writer, fieldIdDelta, expectedType, typeof(BytesColumn), block);
    }

    public BytesColumn ReadValue<TInput>(ref Reader<TInput> reader, Field field) =>
        BlockCodec.ReadBytes(ref reader, field, "A column of bytes").ToArray();
}

/// <inheritdoc cref="RowIdColumnCopier"/>
[RegisterCopier]
internal sealed class BytesColumnCopier : IDeepCopier<BytesColumn>, IOptionalDeepCopier
{
    public bool IsShallowCopyable() => true;

    public BytesColumn DeepCopy(BytesColumn input, CopyContext context) => input;
}

/// <summary>Columns and filters are immutable: a copy is itself.</summary>
[RegisterCopier]
internal sealed class RowIdColumnCopier : IDeepCopier<RowIdColumn>, IOptionalDeepCopier
{
    public bool IsShallowCopyable() => true;

    public RowIdColumn DeepCopy(RowIdColumn input, CopyContext context) => input;
}

/// <inheritdoc cref="RowIdColumnCopier"/>
[RegisterCopier]
internal sealed class SequenceColumnCopier : IDeepCopier<SequenceColumn>, IOptionalDeepCopier
{
    public bool IsShallowCopyable() => true;

    public SequenceColumn DeepCopy(SequenceColumn input, CopyContext context) => input;
}

/// <inheritdoc cref="RowIdColumnCopier"/>
[RegisterCopier]
internal sealed class MetadataColumnCopier : IDeepCopier<MetadataColumn>, IOptionalDeepCopier
{
    public bool IsShallowCopyable() => true;

    public MetadataColumn DeepCopy(MetadataColumn input, CopyContext context) => input;
}

/// <inheritdoc cref="RowIdColumnCopier"/>
[RegisterCopier]
internal sealed class FilterExpressionCopier : IDeepCopier<FilterExpression>, IOptionalDeepCopier
{
    public bool IsShallowCopyable() => true;

    public FilterExpression DeepCopy(FilterExpression input, CopyContext context) => input;
}

/// <summary>What decides a column's form.</summary>
internal static class RowIdSpans
{
    public static bool ContainsAnyBytes(this ReadOnlySpan<RowId> ids)
    {
        foreach (ref readonly var id in ids)
        {
            if (id.IsBytes)
                return true;
        }

        return false;
    }
}

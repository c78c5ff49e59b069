using System.Buffers;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Log.Records;

/// <summary>
/// The binary form of a <see cref="ShardBatch"/>: token and answer, each a varint length and its bytes; the dimension (varint, 0 when
/// nothing is put); the number of operations (varint); each operation: kind (1 byte), id where the kind has one, number (8 bytes),
/// metadata for a Put; then the vectors of all Puts in their order, each as many 32-bit floats as the dimension says.
/// </summary>
/// <remarks>Vectors lie together at the end, so that a reader copies them in one piece.</remarks>
internal static class BatchForm
{
    private const int LeastOperationBytes = 1 + sizeof(ulong);

    /// <summary>The bytes that a batch takes.</summary>
    public static long SizeOf(ShardBatch batch)
    {
        int dimension = DimensionOf(batch);
        long size = SizeOfBytes(batch.Token) + SizeOfBytes(batch.Answer)
            + ByteWriter.SizeOfVarint((ulong)dimension) + ByteWriter.SizeOfVarint((ulong)batch.Operations.Count);
        foreach (var operation in batch.Operations)
        {
            size += LeastOperationBytes;
            if (operation.Kind is ShardOperationKind.Put or ShardOperationKind.Remove)
                size += BinaryForm.SizeOf(operation.Id);
            if (operation.Kind == ShardOperationKind.Put)
                size += BinaryForm.SizeOf(operation.Metadata) + ((long)dimension * sizeof(float));
        }

        return size;
    }

    public static void Write(IBufferWriter<byte> output, ShardBatch batch)
    {
        WriteBytes(output, batch.Token);
        WriteBytes(output, batch.Answer);
        ByteWriter.WriteVarint(output, (ulong)DimensionOf(batch));
        ByteWriter.WriteVarint(output, (ulong)batch.Operations.Count);
        foreach (var operation in batch.Operations)
        {
            ByteWriter.WriteByte(output, (byte)operation.Kind);
            if (operation.Kind is ShardOperationKind.Put or ShardOperationKind.Remove)
                BinaryForm.Write(output, operation.Id);
            ByteWriter.WriteUInt64(output, operation.Number);
            if (operation.Kind == ShardOperationKind.Put)
                BinaryForm.Write(output, operation.Metadata);
        }

        foreach (var operation in batch.Operations)
        {
            if (operation.Kind == ShardOperationKind.Put)
                FloatForm.Write(output, operation.Vector.Span);
        }
    }

    public static ShardBatch Read(ReadOnlySpan<byte> bytes)
    {
        var input = new ByteReader(bytes);
        byte[] token = input.ReadBytes(input.ReadCount(1)).ToArray();
        byte[] answer = input.ReadBytes(input.ReadCount(1)).ToArray();
        ulong dimension = input.ReadVarint();
        if (dimension > Limits.Dimension)
            throw input.Invalid($"a dimension of at most {Limits.Dimension} expected, found {dimension}");
        var operations = new ShardOperation[input.ReadCount(LeastOperationBytes)];
        int puts = 0;
        for (int i = 0; i < operations.Length; i++)
        {
            operations[i] = ReadOperation(ref input);
            if (operations[i].Kind == ShardOperationKind.Put)
                puts++;
        }

        long floats = (long)puts * (long)dimension;
        if (floats * sizeof(float) != input.Remaining)
            throw input.Invalid($"{puts} vectors of {dimension} floats expected at the end, found {input.Remaining} bytes");
        GiveVectors(operations, FloatForm.Read(ref input, (int)floats), (int)dimension);
        return new ShardBatch(operations) { Token = token, Answer = answer };
    }

    private static void GiveVectors(ShardOperation[] operations, float[] vectors, int dimension)
    {
        int used = 0;
        for (int i = 0; i < operations.Length; i++)
        {
            var operation = operations[i];
            if (operation.Kind != ShardOperationKind.Put)
                continue;
            operations[i] = ShardOperation.Put(operation.Id, operation.Number, vectors.AsMemory(used, dimension), operation.Metadata);
            used += dimension;
        }
    }

    private static ShardOperation ReadOperation(ref ByteReader input)
    {
        byte kind = input.ReadByte();
        switch ((ShardOperationKind)kind)
        {
            case ShardOperationKind.Put:
                var id = BinaryForm.ReadRowId(ref input);
                ulong sequence = input.ReadUInt64();
                return ShardOperation.Put(id, sequence, default, BinaryForm.ReadMetadata(ref input));
            case ShardOperationKind.Remove:
                var removed = BinaryForm.ReadRowId(ref input);
                return ShardOperation.Remove(removed, input.ReadUInt64());
            case ShardOperationKind.Clear:
                return ShardOperation.Clear(input.ReadUInt64());
            case ShardOperationKind.IndexEpoch:
                return ShardOperation.IndexEpoch(input.ReadUInt64());
            default:
                throw input.Invalid($"an operation is of kind 1 to 4, found {kind}");
        }
    }

    private static int DimensionOf(ShardBatch batch)
    {
        int dimension = 0;
        foreach (var operation in batch.Operations)
        {
            if (operation.Kind != ShardOperationKind.Put)
                continue;
            if (dimension != 0 && operation.Vector.Length != dimension)
                throw FlatIndexException.DimensionMismatch(dimension, operation.Vector.Length);
            dimension = operation.Vector.Length;
        }

        return dimension;
    }

    private static long SizeOfBytes(ReadOnlyMemory<byte> bytes) => ByteWriter.SizeOfVarint((ulong)bytes.Length) + (long)bytes.Length;

    private static void WriteBytes(IBufferWriter<byte> output, ReadOnlyMemory<byte> bytes)
    {
        ByteWriter.WriteVarint(output, (ulong)bytes.Length);
        ByteWriter.WriteBytes(output, bytes.Span);
    }
}

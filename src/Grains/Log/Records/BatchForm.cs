using System.Buffers;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Log.Records;

/// <summary>
/// The binary form of a <see cref="ShardBatch"/>: token and answer, each a varint length and its bytes; the dimension (varint, 0 when
/// nothing is put); the number of operations (varint); each operation: kind (1 byte), id where the kind has one, number (8 bytes),
/// metadata for a Put; then the vectors of all Puts in their order, each as many 32-bit floats as the dimension says. Version 2 has the
/// number of tokens (varint) before them, and each with its answer.
/// </summary>
/// <remarks>
/// Vectors lie together at the end, so that a reader copies them in one piece. A batch with one token or none is written in version 1, which older
/// builds read.
/// </remarks>
internal static class BatchForm
{
    public const ushort OneToken = 1;
    public const ushort ManyTokens = 2;
    private const int LeastOperationBytes = 1 + sizeof(ulong);

    /// <summary>The version of the record that a batch makes.</summary>
    public static ushort VersionOf(ShardBatch batch) => batch.Answers.Count > 1 ? ManyTokens : OneToken;

    /// <summary>The bytes that a batch takes.</summary>
    public static long SizeOf(ShardBatch batch)
    {
        int dimension = DimensionOf(batch);
        long size = SizeOfAnswers(batch)
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
        WriteAnswers(output, batch);
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

    public static ShardBatch Read(ReadOnlySpan<byte> bytes, ushort version)
    {
        var input = new ByteReader(bytes);
        var answers = ReadAnswers(ref input, version);
        var (dimension, count) = ReadSizes(ref input);
        var operations = new ShardOperation[count];
        int puts = 0;
        for (int i = 0; i < operations.Length; i++)
        {
            operations[i] = ReadOperation(ref input);
            if (operations[i].Kind == ShardOperationKind.Put)
                puts++;
        }

        long floats = (long)puts * dimension;
        if (floats * sizeof(float) != input.Remaining)
            throw input.Invalid($"{puts} vectors of {dimension} floats expected at the end, found {input.Remaining} bytes");
        GiveVectors(operations, FloatForm.Read(ref input, (int)floats), dimension);
        return new ShardBatch(operations) { Answers = answers };
    }

    /// <summary>Reads tokens and answers, which come first.</summary>
    public static TokenAnswer[] ReadAnswers(ref ByteReader input, ushort version)
    {
        var answers = new TokenAnswer[version == OneToken ? 1 : input.ReadCount(2)];
        for (int i = 0; i < answers.Length; i++)
            answers[i] = new(input.ReadBytes(input.ReadCount(1)).ToArray(), input.ReadBytes(input.ReadCount(1)).ToArray());
        return version == OneToken && answers[0].Token.IsEmpty && answers[0].Answer.IsEmpty ? [] : answers;
    }

    /// <summary>Reads the dimension and the number of operations, which come next.</summary>
    public static (int Dimension, int Operations) ReadSizes(ref ByteReader input)
    {
        ulong dimension = input.ReadVarint();
        return dimension <= Limits.Dimension
            ? ((int)dimension, input.ReadCount(LeastOperationBytes))
            : throw input.Invalid($"a dimension of at most {Limits.Dimension} expected, found {dimension}");
    }

    /// <summary>Reads one operation, of which a Put's vector comes only after all of them.</summary>
    public static ShardOperation ReadOperation(ref ByteReader input)
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

    private static long SizeOfAnswers(ShardBatch batch)
    {
        if (batch.Answers.Count == 0)
            return 2;
        long size = batch.Answers.Count > 1 ? ByteWriter.SizeOfVarint((ulong)batch.Answers.Count) : 0;
        foreach (var (token, answer) in batch.Answers)
            size += SizeOfBytes(token) + SizeOfBytes(answer);
        return size;
    }

    private static void WriteAnswers(IBufferWriter<byte> output, ShardBatch batch)
    {
        if (batch.Answers.Count > 1)
            ByteWriter.WriteVarint(output, (ulong)batch.Answers.Count);
        foreach (var (token, answer) in batch.Answers.Count == 0 ? [default] : batch.Answers)
        {
            WriteBytes(output, token);
            WriteBytes(output, answer);
        }
    }

    private static long SizeOfBytes(ReadOnlyMemory<byte> bytes) => ByteWriter.SizeOfVarint((ulong)bytes.Length) + (long)bytes.Length;

    private static void WriteBytes(IBufferWriter<byte> output, ReadOnlyMemory<byte> bytes)
    {
        ByteWriter.WriteVarint(output, (ulong)bytes.Length);
        ByteWriter.WriteBytes(output, bytes.Span);
    }
}

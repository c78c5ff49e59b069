using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Log.Records;

/// <summary>Reads the rows that a log record put, where the record stayed and counts as a segment. They are its Puts, in their order.</summary>
internal sealed class LogRowsReader : ISegmentRows
{
    private readonly string _name;
    private readonly LogRecord _record;
    private readonly int _dimension;

    private LogRowsReader(string name, LogRecord record, int dimension, int rows)
    {
        _name = name;
        _record = record;
        _dimension = dimension;
        Sequences = new ulong[rows];
    }

    /// <inheritdoc/>
    public ulong[] Sequences { get; }

    /// <inheritdoc cref="ISegmentRows.Open"/>
    public static LogRowsReader Open(StoredSegment segment, int dimension, ReadOnlyMemory<byte> bytes)
    {
        string name = RecordNames.Segment(segment.Name);
        var record = LogRecord.Decode(segment.Name.ToPlace(), bytes);
        if (record.Checksum != segment.Checksum || record.Kind != LogRecordKind.Batch)
            throw FlatIndexException.CorruptData(name, $"is not the one that the checkpoint names: a batch of checksum {segment.Checksum:x16} expected, found {record.Checksum:x16}");
        if ((long)segment.Rows * dimension * sizeof(float) > record.BatchContent(out _).Length)
            throw FlatIndexException.CorruptData(name, $"cannot be read: {segment.Rows} rows of dimension {dimension} expected, found {bytes.Length} bytes");
        return new LogRowsReader(name, record, dimension, segment.Rows);
    }

    /// <inheritdoc/>
    public int Deliver(StoredSegment segment, IShardRecovery target)
    {
        try
        {
            return DeliverRows(segment, target);
        }
        catch (InvalidDataException malformed)
        {
            throw FlatIndexException.CorruptData(_name, $"cannot be read: {malformed.Message}");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int DeliverRows(StoredSegment segment, IShardRecovery target)
    {
        var content = _record.BatchContent(out ushort version);
        int vectorBytes = _dimension * sizeof(float);
        int vectorsAt = content.Length - (Sequences.Length * vectorBytes);
        var input = new ByteReader(content[..vectorsAt]);
        BatchForm.ReadAnswers(ref input, version);
        var (dimension, operations) = BatchForm.ReadSizes(ref input);
        if (dimension != _dimension)
            throw input.Invalid($"rows of dimension {_dimension} expected, found {dimension}");
        float[] vector = new float[_dimension];
        var (row, delivered) = (0, 0);
        for (int i = 0; i < operations; i++)
        {
            var operation = BatchForm.ReadOperation(ref input);
            if (operation.Kind != ShardOperationKind.Put)
                continue;
            if (row == Sequences.Length)
                throw input.Invalid($"{Sequences.Length} rows expected, found more");
            Sequences[row] = operation.Number;
            if (!segment.IsDead(row))
            {
                FloatForm.Copy(content.Slice(vectorsAt + (row * vectorBytes), vectorBytes), vector);
                target.Put(operation.Id, operation.Number, vector, operation.Metadata);
                delivered++;
            }

            row++;
        }

        input.ExpectEnd();
        return row == Sequences.Length ? delivered : throw input.Invalid($"{Sequences.Length} rows expected, found {row}");
    }
}

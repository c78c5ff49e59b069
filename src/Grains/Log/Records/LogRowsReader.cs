using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Log.Records;

/// <summary>Reads the rows that a log record put, where the record stayed and counts as a segment. They are its Puts, in their order.</summary>
internal sealed class LogRowsReader : ISegmentRows
{
    private readonly string _name;
    private readonly int _dimension;
    private readonly ushort _version;
    private readonly RowHandOver _rows;
    private ReadOnlyMemory<byte> _operations;

    private LogRowsReader(string name, int dimension, StoredSegment segment, ReadOnlyMemory<byte> batch, ushort version)
    {
        _name = name;
        _dimension = dimension;
        _version = version;
        Sequences = new ulong[segment.Rows];

        // The vectors of a batch are its last bytes.
        int vectorsAt = batch.Length - (segment.Rows * dimension * sizeof(float));
        _rows = new(segment, batch[vectorsAt..], dimension);
        _operations = batch[..vectorsAt];
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
        var batch = record.BatchContent(out ushort version);
        if ((long)segment.Rows * dimension * sizeof(float) > batch.Length)
            throw FlatIndexException.CorruptData(name, $"cannot be read: {segment.Rows} rows of dimension {dimension} expected, found {bytes.Length} bytes");
        return new LogRowsReader(name, dimension, segment, batch, version);
    }

    /// <inheritdoc/>
    public void Place(int first, IPlacedRecovery target) => _rows.Place(first, target, ref _operations);

    /// <inheritdoc/>
    public int Deliver(IShardRecovery target)
    {
        try
        {
            return DeliverRows(target);
        }
        catch (InvalidDataException malformed)
        {
            throw FlatIndexException.CorruptData(_name, $"cannot be read: {malformed.Message}");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int DeliverRows(IShardRecovery target)
    {
        var input = new ByteReader(_operations.Span);
        BatchForm.ReadAnswers(ref input, _version);
        var (dimension, operations) = BatchForm.ReadSizes(ref input);
        if (dimension != _dimension)
            throw input.Invalid($"rows of dimension {_dimension} expected, found {dimension}");
        int row = 0;
        for (int i = 0; i < operations; i++)
        {
            var operation = BatchForm.ReadOperation(ref input);
            if (operation.Kind != ShardOperationKind.Put)
                continue;
            if (row == Sequences.Length)
                throw input.Invalid($"{Sequences.Length} rows expected, found more");
            Sequences[row] = operation.Number;
            _rows.Add(row, operation.Id, operation.Number, operation.Metadata, target);
            row++;
        }

        input.ExpectEnd();
        _rows.Flush();
        return row == Sequences.Length ? _rows.Delivered : throw input.Invalid($"{Sequences.Length} rows expected, found {row}");
    }
}

using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Log.Records;

/// <summary>Reads a segment record; see <see cref="SegmentBuilder"/> for its form.</summary>
internal sealed class SegmentReader : ISegmentRows
{
    private readonly string _name;
    private readonly RowHandOver _rows;
    private ReadOnlyMemory<byte> _labels;

    private SegmentReader(string name, ulong[] sequences, RowHandOver rows, ReadOnlyMemory<byte> labels)
    {
        _name = name;
        Sequences = sequences;
        _rows = rows;
        _labels = labels;
    }

    /// <inheritdoc/>
    public ulong[] Sequences { get; }

    /// <summary>Checks the frame and what the checkpoint says of the segment. CorruptData names the record.</summary>
    public static SegmentReader Open(StoredSegment segment, int dimension, ReadOnlyMemory<byte> bytes)
    {
        string name = RecordNames.Segment(segment.Name);
        var content = RecordFrame.Open(RecordKind.Segment, name, bytes.Span, out ulong checksum);
        if (checksum != segment.Checksum)
            throw FlatIndexException.CorruptData(name, $"is not the one that the checkpoint names: checksum {segment.Checksum:x16} expected, found {checksum:x16}");
        var input = new ByteReader(content);
        try
        {
            var found = new SegmentName(input.ReadUInt64(), input.ReadUInt32());
            uint components = input.ReadUInt32();
            uint rows = input.ReadUInt32();
            if (found != segment.Name || components != dimension || rows != segment.Rows)
                throw input.Invalid($"segment {segment.Name} of {segment.Rows} rows of dimension {dimension} expected, found {found} of {rows} rows of dimension {components}");
            if ((ulong)rows * (sizeof(ulong) + (components * sizeof(float))) > (ulong)input.Remaining)
                throw input.Invalid($"{rows} rows of dimension {components} expected, found {input.Remaining} bytes");
            ulong[] sequences = new ulong[rows];
            for (int i = 0; i < sequences.Length; i++)
                sequences[i] = input.ReadUInt64();
            var vectors = bytes.Slice(RecordFrame.HeaderBytes + input.Position, (int)(rows * components * sizeof(float)));
            input.ReadBytes(vectors.Length);
            var labels = bytes[(RecordFrame.HeaderBytes + input.Position)..^RecordFrame.ChecksumBytes];
            return new SegmentReader(name, sequences, new(segment, vectors, dimension), labels);
        }
        catch (InvalidDataException malformed)
        {
            throw FlatIndexException.CorruptData(name, $"cannot be read: {malformed.Message}");
        }
    }

    /// <inheritdoc/>
    public void Place(int first, IPlacedRecovery target) => _rows.Place(first, target, ref _labels);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Deliver(IShardRecovery target)
    {
        var labels = new ByteReader(_labels.Span);
        for (int row = 0; row < Sequences.Length; row++)
        {
            var (id, metadata) = ReadLabels(ref labels);
            _rows.Add(row, id, Sequences[row], metadata, target);
        }

        _rows.Flush();
        return labels.Remaining == 0
            ? _rows.Delivered
            : throw FlatIndexException.CorruptData(_name, $"cannot be read: {labels.Remaining} bytes follow the last row");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (RowId Id, Metadata Metadata) ReadLabels(ref ByteReader labels)
    {
        try
        {
            var id = BinaryForm.ReadRowId(ref labels);
            return (id, BinaryForm.ReadMetadata(ref labels));
        }
        catch (InvalidDataException malformed)
        {
            throw FlatIndexException.CorruptData(_name, $"cannot be read: {malformed.Message}");
        }
    }
}

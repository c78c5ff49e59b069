using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Log.Records;

/// <summary>Reads a segment record; see <see cref="SegmentBuilder"/> for its form.</summary>
internal sealed class SegmentReader : ISegmentRows
{
    private readonly string _name;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int _dimension;
    private readonly int _vectorsAt;
    private readonly int _labelsAt;

    private SegmentReader(string name, ReadOnlyMemory<byte> bytes, int dimension, ulong[] sequences, int vectorsAt, int labelsAt)
    {
        _name = name;
        _bytes = bytes;
        _dimension = dimension;
        Sequences = sequences;
        _vectorsAt = vectorsAt;
        _labelsAt = labelsAt;
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
            if (rows * (sizeof(ulong) + (components * sizeof(float))) > (ulong)input.Remaining)
                throw input.Invalid($"{rows} rows of dimension {components} expected, found {input.Remaining} bytes");
            ulong[] sequences = new ulong[rows];
            for (int i = 0; i < sequences.Length; i++)
                sequences[i] = input.ReadUInt64();
            int vectorsAt = RecordFrame.HeaderBytes + input.Position;
            input.ReadBytes((int)(rows * components * sizeof(float)));
            return new SegmentReader(name, bytes, dimension, sequences, vectorsAt, RecordFrame.HeaderBytes + input.Position);
        }
        catch (InvalidDataException malformed)
        {
            throw FlatIndexException.CorruptData(name, $"cannot be read: {malformed.Message}");
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Deliver(StoredSegment segment, IShardRecovery target)
    {
        var span = _bytes.Span;
        var labels = new ByteReader(span[_labelsAt..^RecordFrame.ChecksumBytes]);
        float[] vector = new float[_dimension];
        int delivered = 0;
        for (int i = 0; i < Sequences.Length; i++)
        {
            var (id, metadata) = ReadLabels(ref labels);
            if (segment.IsDead(i))
                continue;
            FloatForm.Copy(span.Slice(_vectorsAt + (i * _dimension * sizeof(float)), _dimension * sizeof(float)), vector);
            target.Put(id, Sequences[i], vector, metadata);
            delivered++;
        }

        if (labels.Remaining != 0)
            throw FlatIndexException.CorruptData(_name, $"cannot be read: {labels.Remaining} bytes follow the last row");
        return delivered;
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

using System.Buffers;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Grains.Log.Records;

/// <summary>
/// Gathers rows until a segment record is full. Content, version 1: epoch (8 bytes) and number (4) of the segment's name; dimension
/// (4); rows (4); their sequences (8 each); their vectors (4 bytes a component); then for each row its id and metadata.
/// </summary>
internal sealed class SegmentBuilder(int dimension, int maxBytes)
{
    public const int FixedBytes = 8 + 4 + 4 + 4;

    private readonly List<ulong> _sequences = [];
    private readonly ArrayBufferWriter<byte> _vectors = new();
    private readonly ArrayBufferWriter<byte> _labels = new();

    public int Rows => _sequences.Count;

    /// <summary>Adds a row if there is room for it; the first row always has.</summary>
    public bool TryAdd(in StoredRow row)
    {
        if (row.Vector.Length != dimension)
            throw FlatIndexException.DimensionMismatch(dimension, row.Vector.Length);
        long labels = BinaryForm.SizeOf(row.Id) + BinaryForm.SizeOf(row.Metadata);
        long size = ContentBytes + sizeof(ulong) + ((long)dimension * sizeof(float)) + labels + RecordFrame.OverheadBytes;
        if (Rows > 0 && size > maxBytes)
            return false;
        _sequences.Add(row.Sequence);
        FloatForm.Write(_vectors, row.Vector.Span);
        BinaryForm.Write(_labels, row.Id);
        BinaryForm.Write(_labels, row.Metadata);
        return true;
    }

    /// <summary>Makes the record under a name.</summary>
    public BuiltSegment Build(SegmentName name)
    {
        var output = RecordFrame.Begin(RecordKind.Segment, ContentBytes);
        ByteWriter.WriteUInt64(output, name.Epoch);
        ByteWriter.WriteUInt32(output, name.Number);
        ByteWriter.WriteUInt32(output, (uint)dimension);
        ByteWriter.WriteUInt32(output, (uint)Rows);
        foreach (ulong sequence in _sequences)
            ByteWriter.WriteUInt64(output, sequence);
        ByteWriter.WriteBytes(output, _vectors.WrittenSpan);
        ByteWriter.WriteBytes(output, _labels.WrittenSpan);
        var (bytes, checksum) = RecordFrame.End(output, RecordNames.Segment(name));
        return new BuiltSegment(name, bytes, checksum, [.. _sequences]);
    }

    private long ContentBytes => FixedBytes + ((long)Rows * sizeof(ulong)) + _vectors.WrittenCount + _labels.WrittenCount;
}

/// <summary>A segment record ready to be written.</summary>
internal sealed record BuiltSegment(SegmentName Name, ReadOnlyMemory<byte> Bytes, ulong Checksum, ulong[] Sequences);

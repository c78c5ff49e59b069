using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Pruning;
using IqdbFlat.Engine.Pruning.Centres;

namespace IqdbFlat.Engine.Segments;

/// <summary>
/// Rows side by side in one block, with their ids, sequences and metadata columns beside them. Append-only: the one writer
/// fills rows past every published count, and readers never look there.
/// </summary>
internal sealed unsafe class Segment
{
    private readonly SegmentLayout _layout;
    private readonly ulong[] _ids;
    private readonly ulong[] _sequences;
    private byte[]?[]? _byteIds;
    private SegmentColumns? _columns;
    private long _byteIdBytes;
    private KeptMasks? _keptMasks;
    private readonly PresentParts? _present;
    private RowLabels? _labels;

    /// <summary>An empty segment; without slabs its rows have no codes.</summary>
    public Segment(SegmentLayout layout, int capacity, CodeSlabs? slabs = null)
    {
        _layout = layout;
        Capacity = capacity;
        Memory = new SegmentMemory((long)capacity * layout.RowBytes);
        Codes = slabs?.Take(capacity);
        _present = layout.Parts is null ? null : new PresentParts(layout.Parts, capacity);
        _ids = new ulong[capacity];
        _sequences = new ulong[capacity];
    }

    /// <summary>Rows that fit once the segment has grown to its full size.</summary>
    public int FullRows => _layout.FullRows;

    /// <summary>Rows that fit.</summary>
    public int Capacity { get; }

    /// <summary>The block of rows. Keep it reachable while its pointer is used.</summary>
    public SegmentMemory Memory { get; }

    /// <summary>The codes of the rows (<see cref="CodeLayout"/>); null where there are none. Keep it reachable while its pointer is used.</summary>
    public CodeMemory? Codes { get; }

    /// <summary>A centre and a radius for each row, once the segment was full; null where there are none.</summary>
    public RowLabels? Labels => Volatile.Read(ref _labels);

    /// <summary>Bytes of the blocks of rows and codes.</summary>
    public long BlockBytes => Memory.ByteCount + (Codes?.ByteCount ?? 0);

    /// <summary>The metadata columns, or null when no row has had metadata.</summary>
    public SegmentColumns? Columns => Volatile.Read(ref _columns);

    /// <summary>What the last few filters select.</summary>
    public KeptMasks KeptMasks => Volatile.Read(ref _keptMasks) ?? Interlocked.CompareExchange(ref _keptMasks, new KeptMasks(), null) ?? _keptMasks;

    /// <summary>Sequences by offset, as many as rows fit.</summary>
    public ulong[] SequenceArray => _sequences;

    /// <summary>Sequences by offset.</summary>
    public ReadOnlySpan<ulong> Sequences => _sequences;

    /// <summary>Managed bytes beside the rows, estimated from the lengths of the arrays.</summary>
    public long ManagedBytes
    {
        get
        {
            long bytes = (_ids.LongLength + _sequences.LongLength) * sizeof(ulong);
            bytes += (Volatile.Read(ref _byteIds)?.LongLength * nint.Size) ?? 0;
            return bytes + (Labels?.Bytes ?? 0) + Volatile.Read(ref _byteIdBytes) + (Columns?.EstimatedBytes ?? 0) + (Volatile.Read(ref _keptMasks)?.EstimatedBytes ?? 0) + (_present?.Bytes ?? 0);
        }
    }

    /// <summary>A larger segment with the first rows of this one; the columns are shared, since only one of the two is appended to.</summary>
    public Segment Grow(int capacity, int count, CodeSlabs? slabs = null)
    {
        var grown = new Segment(_layout, capacity, slabs);
        long bytes = (long)count * _layout.RowBytes;
        Buffer.MemoryCopy(Memory.Rows, grown.Memory.Rows, bytes, bytes);
        CopyCodes(grown, count);
        GC.KeepAlive(Memory);
        Array.Copy(_ids, grown._ids, count);
        Array.Copy(_sequences, grown._sequences, count);
        if (_byteIds is not null)
        {
            grown._byteIds = new byte[]?[capacity];
            Array.Copy(_byteIds, grown._byteIds, count);
            grown._byteIdBytes = _byteIdBytes;
        }

        grown._present?.TakeAll(_present!);
        grown._columns = _columns;
        return grown;
    }

    /// <summary>Writes a row's vector, and its codes, at an offset that no reader sees yet. Threads may write those of different rows at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void WriteVector(int offset, ReadOnlySpan<float> vector)
    {
        var row = new Span<float>(Memory.Rows + ((long)offset * _layout.Stride), _layout.Stride);
        vector.CopyTo(row);
        row[vector.Length..].Clear();
        Encode(offset);
        GC.KeepAlive(Memory);
    }

    /// <summary>Writes what lies beside a row's vector, which must be there, at an offset later than all before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void WriteBeside(int offset, in RowId id, ulong sequence, Metadata metadata)
    {
        if (id.BytesOrNull is { } bytes)
        {
            if (_byteIds is null)
                Volatile.Write(ref _byteIds, new byte[]?[Capacity]);
            _byteIds![offset] = bytes;
            _byteIdBytes += bytes.Length + (3 * nint.Size);
        }
        else
        {
            _ids[offset] = id.Number;
        }

        _sequences[offset] = sequence;
        _present?.Take(offset, Vector(offset));
        GC.KeepAlive(Memory);
        if (metadata.Count > 0)
        {
            if (_columns is null)
                Volatile.Write(ref _columns, new SegmentColumns());
            _columns!.Append(offset, metadata);
        }
    }

    /// <summary>The id at an offset.</summary>
    public RowId IdAt(int offset) =>
        Volatile.Read(ref _byteIds)?[offset] is { } bytes ? RowId.Adopt(bytes) : RowId.FromUInt64(_ids[offset]);

    /// <summary>Asks early for the id at an offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchId(int offset) => CacheLine.Fetch(_ids, offset);

    /// <summary>Whether the row at an offset has this id, without making one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasId(int offset, in RowId id)
    {
        byte[]? bytes = Volatile.Read(ref _byteIds)?[offset];
        if (id.BytesOrNull is { } wanted)
            return bytes is not null && bytes.AsSpan().SequenceEqual(wanted);
        return bytes is null && _ids[offset] == id.Number;
    }

    /// <summary>The sequence at an offset.</summary>
    public ulong SequenceAt(int offset) => _sequences[offset];

    /// <summary>Asks early for the sequence at an offset.</summary>
    public void FetchSequence(int offset) => CacheLine.Fetch(_sequences, offset);

    /// <summary>The metadata at an offset, rebuilt from the columns.</summary>
    public Metadata MetadataAt(int offset) => Columns?.Read(offset) ?? Metadata.Empty;

    /// <summary>About what the row at an offset costs beside its place in the arrays: metadata, by itself, and an id of bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long BytesBesideAt(int offset) => (Volatile.Read(ref _byteIds)?[offset]?.Length ?? 0) + (Columns?.BytesAt(offset) ?? 0);

    /// <summary>The vector at an offset. Keep <see cref="Memory"/> reachable while it is used.</summary>
    public ReadOnlySpan<float> Vector(int offset) => new(Memory.Rows + ((long)offset * _layout.Stride), _layout.Dimension);

    /// <summary>Copies the vector at an offset.</summary>
    public void CopyVector(int offset, Span<float> vector)
    {
        Vector(offset).CopyTo(vector);
        GC.KeepAlive(Memory);
    }

    /// <summary>The rows that have a part, a bit each, and perhaps some that the reader does not see; null where all have it, or rows are one vector.</summary>
    public ulong[]? PresentOf(int part) => _present?.Of(part);

    /// <summary>Gives each row of the segment, which must be full and have codes, its label. Readers that meet it meanwhile do without.</summary>
    public void Label(CentreModel model)
    {
        var labels = RowLabels.Make(model, _layout, Memory.Rows, Codes!.Blocks, FullRows);
        GC.KeepAlive(Memory);
        GC.KeepAlive(Codes);
        Volatile.Write(ref _labels, labels);
    }

    /// <summary>Forgets what the last few filters select.</summary>
    public void ForgetFilters() => Volatile.Read(ref _keptMasks)?.Clear();

    private void Encode(int offset)
    {
        if (Codes is not null)
            CodeBlocks.Write(Codes.Blocks, _layout.Codes, offset, Memory.Rows + ((long)offset * _layout.Stride), _layout.CodedStride);
    }

    /// <summary>Codes of a segment that is too small to have any are made when it grows.</summary>
    private void CopyCodes(Segment grown, int count)
    {
        if (Codes is not null && grown.Codes is not null)
        {
            Buffer.MemoryCopy(Codes.Blocks, grown.Codes.Blocks, Codes.ByteCount, Codes.ByteCount);
            GC.KeepAlive(Codes);
            GC.KeepAlive(grown.Codes);
            return;
        }

        for (int offset = 0; offset < count; offset++)
            grown.Encode(offset);
    }

    /// <summary>Drops what only appending needs; called when the segment is full.</summary>
    /// <param name="before">The segment before, with which values are shared.</param>
    public void Seal(Segment? before = null) => _columns?.Seal(before?.Columns);
}

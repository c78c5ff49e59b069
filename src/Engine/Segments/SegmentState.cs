using System.Runtime.CompilerServices;

namespace IqdbFlat.Engine.Segments;

/// <summary>One segment as the writer sees it between two publications. Only the holder of the write lock touches it.</summary>
internal sealed class SegmentState(Segment segment, int number)
{
    private ulong[]? _dead;
    private bool _ownsDead;
    private bool _closed;
    private long _bytes;
    private long _publishedDeadBytes;
    private ulong _minSequence = ulong.MaxValue;
    private ulong _maxSequence;

    public Segment Segment { get; set; } = segment;

    /// <summary>The segment's number, which changes when segments are renumbered.</summary>
    public int Number { get; private set; } = number;

    public int Count { get; private set; }

    public int DeadCount { get; private set; }

    public int LiveCount => Count - DeadCount;

    /// <summary>Whether no row is appended any more: the segment is full, or was closed before.</summary>
    public bool IsClosed => _closed || Count == Segment.FullRows;

    /// <summary>The sum of <see cref="Segment.BytesBesideAt"/> over the dead rows.</summary>
    public long DeadBytes { get; private set; }

    /// <summary>The sum of <see cref="Segment.BytesBesideAt"/> over the live rows.</summary>
    public long LiveBytes => _bytes - DeadBytes;

    /// <summary>What readers see now; null before the first publication.</summary>
    public SegmentView? Published { get; private set; }

    /// <summary>Whether this segment changed since the last publication.</summary>
    public bool Touched { get; set; }

    public bool IsLive(int offset) => !Tombstones.IsSet(_dead, offset);

    /// <summary>Makes the row just written at <see cref="Count"/> part of the segment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ulong sequence)
    {
        _minSequence = Math.Min(_minSequence, sequence);
        _maxSequence = Math.Max(_maxSequence, sequence);
        _bytes += Segment.BytesBesideAt(Count);
        Count++;
    }

    /// <summary>Ends appending, for good: also where the batch is taken back, since rows of a later segment may have been linked.</summary>
    public void Close()
    {
        _closed = true;
        Segment.Seal();
    }

    /// <summary>Marks a row dead; copies the published bitmap first.</summary>
    public void Kill(int offset)
    {
        int words = Tombstones.WordsFor(Segment.Capacity);
        if (!_ownsDead || _dead!.Length < words)
        {
            var copy = new ulong[words];
            _dead?.CopyTo(copy, 0);
            _dead = copy;
            _ownsDead = true;
        }

        _dead[offset >> 6] |= 1UL << offset;
        DeadCount++;
        DeadBytes += Segment.BytesBesideAt(offset);
    }

    /// <summary>Takes back every kill since the last publication and kills what was appended since: those rows are never used again.</summary>
    public void Revert()
    {
        int publishedCount = Published?.Count ?? 0;
        _dead = Published?.Dead;
        _ownsDead = false;
        DeadCount = Published?.DeadCount ?? 0;
        DeadBytes = _publishedDeadBytes;
        for (int offset = publishedCount; offset < Count; offset++)
            Kill(offset);
    }

    /// <summary>What readers will see.</summary>
    public SegmentView View() => new(Segment, Count, _dead, DeadCount, _minSequence, _maxSequence);

    /// <summary>Takes note that a view was published; its bitmap is shared from now on.</summary>
    public void Publish(SegmentView? view, int number)
    {
        Number = number;
        Published = view;
        Touched = false;
        _ownsDead = false;
        _publishedDeadBytes = DeadBytes;
    }
}

namespace IqdbFlat.Engine.Segments;

/// <summary>One segment as a snapshot sees it: how many rows there are and which of them are dead. Immutable.</summary>
internal sealed class SegmentView(Segment segment, int count, ulong[]? dead, int deadCount, ulong minSequence, ulong maxSequence)
{
    /// <summary>The rows. Offsets at or past <see cref="Count"/> belong to the writer.</summary>
    public Segment Segment { get; } = segment;

    /// <summary>Rows that this view sees, dead ones included.</summary>
    public int Count { get; } = count;

    /// <summary>A bit per row, set where the row is dead; null when none is. It may be shorter than the rows: the rest are live.</summary>
    public ulong[]? Dead { get; } = dead;

    /// <summary>Dead rows.</summary>
    public int DeadCount { get; } = deadCount;

    /// <summary>Live rows.</summary>
    public int LiveCount => Count - DeadCount;

    /// <summary>A lower bound of the rows' sequences.</summary>
    public ulong MinSequence { get; } = minSequence;

    /// <summary>An upper bound of the rows' sequences.</summary>
    public ulong MaxSequence { get; } = maxSequence;

    /// <summary>Whether the row at an offset below <see cref="Count"/> is live.</summary>
    public bool IsLive(int offset) => !Tombstones.IsSet(Dead, offset);
}

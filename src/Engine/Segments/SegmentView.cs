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

    /// <summary>Of up to 64 rows that share a word of the bitmaps, those that are live and wanted: a bit each, from the first row on.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="mask">The rows wanted, a bit each from the segment's first; null for all.</param>
    public ulong Wanted(int first, int count, ulong[]? mask)
    {
        ulong bits = ~Tombstones.Word(Dead, first >> 6);
        if (mask is not null)
            bits &= Tombstones.Word(mask, first >> 6);
        bits >>= first & 63;
        return count == 64 ? bits : bits & ((1UL << count) - 1);
    }

    /// <summary>Whether the row at an offset below <see cref="Count"/> is live.</summary>
    public bool IsLive(int offset) => !Tombstones.IsSet(Dead, offset);
}

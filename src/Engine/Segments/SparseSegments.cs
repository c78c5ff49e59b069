namespace IqdbFlat.Engine.Segments;

/// <summary>
/// Which segments are emptied: full ones that are at least a third dead. Each move is paid for by half a dead row or more, so a write costs a constant on average, and dead
/// rows take at most half the places of the live ones and one segment.
/// </summary>
/// <remarks>
/// Places say nothing of metadata: one row of 64 KiB that is written again and again would leave gigabytes in a tail of small vectors
/// before it is full. So a segment, the tail too, is also emptied when what lies beside its dead rows weighs more than its live rows
/// with all they have, and 4 MiB. Every byte that moves is then paid for by a byte that died, and the 4 MiB pay for the new tail. Values
/// that rows share count once for each row on both sides, so that the rule stays as fair where the bytes are fewer.
/// </remarks>
internal readonly struct SparseSegments(SegmentLayout layout)
{
    private const long SpareBytes = 4 << 20;

    /// <summary>Whether the live rows of a segment are to move.</summary>
    public bool Has(SegmentState state) =>
        state.IsClosed && state.LiveCount > 0 && (state.DeadCount >= (state.Count + 2) / 3 || IsHeavy(state));

    /// <summary>Whether what lies beside its dead rows weighs too much, be the segment full or not.</summary>
    public bool IsHeavy(SegmentState state) =>
        state.DeadBytes > state.LiveBytes + ((long)state.LiveCount * layout.RowBytes) + SpareBytes;
}

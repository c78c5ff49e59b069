using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Scan;

/// <summary>The live rows of a segment.</summary>
/// <param name="view">The segment.</param>
/// <param name="firstRow">The number of its first row.</param>
internal readonly struct SegmentRows(SegmentView view, int firstRow) : ITileRows
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAt(int offset, out ulong sequence, out int row)
    {
        if (!view.IsLive(offset))
        {
            (sequence, row) = (0, 0);
            return false;
        }

        (sequence, row) = (view.Segment.SequenceAt(offset), firstRow + offset);
        return true;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch(int offset) => view.Segment.FetchSequence(offset);
}

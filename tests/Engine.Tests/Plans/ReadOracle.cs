using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Tests.Plans;

/// <summary>
/// What a search must have read and computed, counted from the rows, the plain evaluator and the rules of the plans alone: the oracle of explain
/// lines. It shares no counting with the engine.
/// </summary>
internal static class ReadOracle
{
    private const int BlockRows = 512;

    /// <summary>The counts of a search whose selected rows are all read in one way.</summary>
    /// <param name="snapshot">The rows.</param>
    /// <param name="filter">Which of them count; null for all.</param>
    /// <param name="plan">The way.</param>
    /// <param name="chunksInSegment">Into how many chunks a segment is cut; a block never lies in two.</param>
    public static SearchCounts Count(RowSnapshot snapshot, Filter? filter, SearchPlans plan, int chunksInSegment)
    {
        int rowBytes = (snapshot.Dimension + 15) / 16 * 64;
        int[] live = [.. snapshot.LiveRows()];
        int[] selected = [.. live.Where(row => filter is null || FilterEvaluator.Matches(filter, snapshot.MetadataOf(row)))];
        long read = selected.Length;
        if (plan == SearchPlans.Scan)
            read = selected.Select(row => BlockOf(snapshot, row, chunksInSegment)).Distinct().Sum(block => (long)(block.End - block.Start));
        return new SearchCounts(live.Length, live.Length - selected.Length, selected.Length, read * rowBytes, default);
    }

    private static (int Segment, int Start, int End) BlockOf(RowSnapshot snapshot, int row, int chunksInSegment)
    {
        int segment = snapshot.Layout.SegmentOf(row);
        int offset = snapshot.Layout.OffsetOf(row);
        int chunk = Math.Max(snapshot.Layout.FullRows / chunksInSegment, 1);
        int chunkStart = offset / chunk * chunk;
        int start = chunkStart + ((offset - chunkStart) / BlockRows * BlockRows);
        int rows = snapshot.Views[segment]!.Count;
        return (segment, start, Math.Min(Math.Min(start + BlockRows, chunkStart + chunk), rows));
    }
}

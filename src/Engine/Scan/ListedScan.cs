using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Scan;

/// <summary>Measures the live ones among listed rows of a segment and offers them.</summary>
internal readonly unsafe ref struct ListedScan(PreparedQuery query, ScanWorker worker, NearRows near)
{
    private const int AtOnce = SegmentScan.BlockRows;

    /// <summary>All of them.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="firstRow">The number of its first row.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="nextSegment">The segment whose rows are gathered next.</param>
    /// <param name="nextRows">Those rows.</param>
    [SkipLocalsInit]
    public void Run(in SegmentPostings segment, int firstRow, ReadOnlySpan<ushort> rows, in SegmentPostings nextSegment, ReadOnlySpan<ushort> nextRows)
    {
        int* places = stackalloc int[AtOnce];
        int* later = stackalloc int[GatherNext.Most];
        float* distances = stackalloc float[AtOnce];
        while (!rows.IsEmpty)
        {
            int count = Live(segment, ref rows, places, AtOnce);
            var next = rows.IsEmpty ? NextOf(nextSegment, nextRows, later) : NextOf(segment, rows, later);
            DistanceScan.Gather(query, segment.Rows + query.Offset, places, count, next, distances);
            near.Take(firstRow, places, distances, count);
            worker.Scanned += count;
            worker.BytesRead += (long)count * query.Stride * sizeof(float);
        }
    }

    private GatherNext NextOf(in SegmentPostings segment, ReadOnlySpan<ushort> rows, int* places) =>
        new(segment.Rows + query.Offset, places, Live(segment, ref rows, places, GatherNext.Most));

    /// <summary>Takes so many live rows, or fewer, from the front of a list.</summary>
    private static int Live(in SegmentPostings segment, ref ReadOnlySpan<ushort> rows, int* places, int most)
    {
        int count = 0;
        int taken = 0;
        if (!segment.HasDead)
        {
            for (int end = Math.Min(most, rows.Length); count < end; count++)
                places[count] = rows[count];
            taken = count;
        }
        else
        {
            for (; count < most && taken < rows.Length; taken++)
            {
                places[count] = rows[taken];
                count += segment.View!.IsLive(rows[taken]) ? 1 : 0;
            }
        }

        rows = rows[taken..];
        return count;
    }
}

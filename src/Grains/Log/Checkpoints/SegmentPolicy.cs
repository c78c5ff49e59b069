using System.Numerics;

namespace IqdbFlat.Grains.Log.Checkpoints;

/// <summary>
/// Which stored segments are written anew by a checkpoint: those that are mostly dead, so that the store holds at most about twice what
/// is live; and small ones of like size once there are enough of them, so that their number stays small.
/// </summary>
/// <remarks>A row moves up a size class each time its small segment is merged, so it is written about once more for each factor of
/// <see cref="MergeWidth"/> between the smallest segment and a full one.</remarks>
internal static class SegmentPolicy
{
    /// <summary>How many small segments of one size class are merged at once.</summary>
    public const int MergeWidth = 8;

    /// <summary>How many log records may stay and count as segments: each costs a checkpoint some 30 bytes, and a recovery one read.</summary>
    public const int MostRecords = 4_096;

    /// <summary>
    /// The places of the log records not to be kept: those that are mostly dead, and once they are too many, the eighth of them that has least. So a
    /// row is written once more at most.
    /// </summary>
    public static IReadOnlySet<int> RewriteRecords(IReadOnlyList<(int Rows, int Live, int Bytes)> records)
    {
        var rewrite = new HashSet<int>();
        for (int i = 0; i < records.Count; i++)
        {
            if (records[i].Live * 2L < records[i].Rows)
                rewrite.Add(i);
        }

        if (records.Count - rewrite.Count > MostRecords)
            rewrite.UnionWith(Enumerable.Range(0, records.Count).Where(place => !rewrite.Contains(place)).OrderBy(place => records[place].Bytes).Take(MostRecords / 8));
        return rewrite;
    }

    /// <summary>The places of the segments to write anew, given rows, live rows and bytes of each.</summary>
    public static IReadOnlySet<int> Rewrite(IReadOnlyList<(int Rows, int Live, int Bytes)> segments, int segmentBytes)
    {
        var rewrite = new HashSet<int>();
        var classes = new Dictionary<int, List<int>>();
        for (int i = 0; i < segments.Count; i++)
        {
            var (rows, live, bytes) = segments[i];
            long liveBytes = rows == 0 ? 0 : (long)bytes * live / rows;
            if (live * 2L < rows)
                rewrite.Add(i);
            else if (liveBytes * 2 < segmentBytes)
                ClassOf(classes, liveBytes).Add(i);
        }

        foreach (var members in classes.Values)
        {
            if (members.Count >= MergeWidth)
                rewrite.UnionWith(members);
        }

        return rewrite;
    }

    private static List<int> ClassOf(Dictionary<int, List<int>> classes, long bytes)
    {
        int sizeClass = BitOperations.Log2((ulong)bytes | 1) / BitOperations.Log2(MergeWidth);
        if (!classes.TryGetValue(sizeClass, out var members))
            classes.Add(sizeClass, members = []);
        return members;
    }
}

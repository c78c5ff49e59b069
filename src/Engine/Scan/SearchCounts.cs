namespace IqdbFlat.Engine;

/// <summary>
/// What a search did: the numbers of an explain line, counted where the work happens. Each live row is filtered out, pruned or scanned:
/// <c>Rows = Filtered + Pruned + Scanned</c>, unless k is 0 and none was looked at.
/// </summary>
/// <param name="Rows">Live rows of the snapshot.</param>
/// <param name="Filtered">Live rows that the filter left out.</param>
/// <param name="Scanned">Rows whose distance was computed and compared.</param>
/// <param name="BytesRead">Bytes of vectors and their codes read for them, padding and rows read along included.</param>
/// <param name="Elapsed">From the search's creation to its answer.</param>
public readonly record struct SearchCounts(long Rows, long Filtered, long Scanned, long BytesRead, TimeSpan Elapsed)
{
    /// <summary>Rows that pass the filter and that a proven bound left out before their distance was computed.</summary>
    public long Pruned { get; init; }

    /// <summary>How rows were looked at.</summary>
    public SearchPlans Plans { get; init; }

    /// <summary>The time of all threads together in the filter.</summary>
    public TimeSpan FilterTime { get; init; }

    /// <summary>The time of all threads together in reading rows, distances and comparisons.</summary>
    public TimeSpan ScanTime { get; init; }

    /// <summary>The time of merging what the threads found and of making the answer.</summary>
    public TimeSpan MergeTime { get; init; }
}

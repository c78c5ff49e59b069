namespace IqdbFlat.Engine.Scan;

/// <summary>The counts of all the threads of one search.</summary>
internal struct ScanTally
{
    private long _scanned;
    private long _pruned;
    private long _bytesRead;
    private long _filterTicks;
    private long _scanTicks;
    private SearchPlans _plans;

    /// <summary>Live rows that passed the filter.</summary>
    public readonly long Matches => _scanned + _pruned;

    /// <summary>Adds what one thread counted.</summary>
    public void Add(ScanWorker worker)
    {
        _scanned += worker.Scanned;
        _pruned += worker.Pruned;
        _bytesRead += worker.BytesRead;
        _filterTicks += worker.FilterTicks;
        _scanTicks += worker.ScanTicks;
        _plans |= worker.Plans;
    }

    /// <summary>The explain line.</summary>
    /// <param name="looked">Whether rows were looked at, which k = 0 does without.</param>
    /// <param name="rows">Live rows of the snapshot.</param>
    /// <param name="time">The clock.</param>
    /// <param name="started">When the search was made.</param>
    /// <param name="merging">When its last chunk had ended.</param>
    public readonly SearchCounts ToCounts(bool looked, long rows, TimeProvider time, long started, long merging)
    {
        long now = time.GetTimestamp();
        return new SearchCounts(rows, looked ? rows - Matches : 0, _scanned, _bytesRead, time.GetElapsedTime(started, now))
        {
            Pruned = _pruned,
            Plans = _plans,
            FilterTime = time.GetElapsedTime(0, _filterTicks),
            ScanTime = time.GetElapsedTime(0, _scanTicks),
            MergeTime = time.GetElapsedTime(merging, now),
        };
    }
}

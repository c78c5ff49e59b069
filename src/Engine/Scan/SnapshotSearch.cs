using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Plans;
using IqdbFlat.Engine.Pruning;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Scan;

/// <summary>
/// One search over one snapshot, cut into chunks of rows that any threads may run in any order: the answer is the same. Run it on the
/// caller's thread with <see cref="Run"/>, or give it to a <see cref="ScanScheduler"/>.
/// </summary>
/// <remarks>
/// It expects checked input (<see cref="SearchCheck"/>, <see cref="FilterLimits"/>). It remembers the snapshot and copies the query. Without a
/// filter, what it allocates depends on k and not on the number of rows.
/// </remarks>
public sealed class SnapshotSearch
{
    // A quarter of a segment is 1 to 2 MiB: a few hundred microseconds, so that cancellation and fairness are prompt.
    private const int ChunksInSegmentShift = 2;

    private readonly RowSnapshot _snapshot;
    private readonly PreparedQuery _query;
    private readonly QueryPruning? _pruning;
    private readonly Filter? _filter;
    private readonly bool _includeMetadata;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly int _k;
    private readonly int _chunkShift;

    /// <summary>Prepares a search.</summary>
    /// <param name="snapshot">The rows to search.</param>
    /// <param name="query">As many finite floats as the snapshot has dimensions; copied.</param>
    /// <param name="k">Hits wanted at most, 0 or more.</param>
    /// <param name="filter">The condition that rows must meet; null for none.</param>
    /// <param name="includeMetadata">Whether hits carry their metadata.</param>
    /// <param name="time">The clock of the explain line; null for the system's.</param>
    /// <param name="plan">How to go through the rows.</param>
    /// <exception cref="FlatIndexException">
    /// <see cref="FlatErrorKind.DimensionMismatch"/>; <see cref="FlatErrorKind.ResourceLimitExceeded"/>: without a filter the answer has more than
    /// <see cref="Limits.Hits"/> hits, which is known before a row is read.
    /// </exception>
    public SnapshotSearch(
        RowSnapshot snapshot,
        ReadOnlySpan<float> query,
        int k,
        Filter? filter = null,
        bool includeMetadata = false,
        TimeProvider? time = null,
        SearchPlan plan = SearchPlan.Auto)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        if (query.Length != snapshot.Dimension)
            throw FlatIndexException.DimensionMismatch(snapshot.Dimension, query.Length);
        _time = time ?? TimeProvider.System;
        _started = _time.GetTimestamp();
        _snapshot = snapshot;
        _query = new PreparedQuery(snapshot.Metric, query);
        _k = Math.Min(k, snapshot.Count);
        _pruning = QueryPruning.Of(_query, snapshot.Layout.Codes, plan);
        if (filter is null)
            CheckHits(_k);
        _filter = filter;
        _includeMetadata = includeMetadata;

        // A filter is evaluated over whole segments, once each.
        int shift = snapshot.Layout.Shift;
        _chunkShift = filter is null ? Math.Max(shift - ChunksInSegmentShift, 0) : shift;
    }

    /// <summary>What reading rows costs; measured on this machine where none are given.</summary>
    internal ScanCosts? Costs { get; init; }

    /// <summary>The number of chunks; a chunk may turn out to be empty.</summary>
    internal int ChunkCount => _k == 0 ? 0 : _snapshot.Views.Length << ChunksPerSegmentShift;

    /// <summary>
    /// About the most bytes that one worker comes to hold: its hits and, with a filter, a mask of eight levels and the codes of a segment.
    /// </summary>
    internal unsafe long WorkerBytes => ((long)WorkerHits * sizeof(Candidate)) + (_filter is null ? 0 : 2L * _snapshot.Layout.FullRows);

    private int WorkerHits => Math.Min(_k, Limits.Hits + 1);

    private int ChunksPerSegmentShift => _snapshot.Layout.Shift - _chunkShift;

    /// <summary>Runs the whole search on this thread, looking for cancellation at each chunk.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.ResourceLimitExceeded"/>: the answer has more than <see cref="Limits.Hits"/> hits.</exception>
    public SearchResult Run(CancellationToken cancellationToken = default)
    {
        var worker = CreateWorker();
        for (int chunk = 0; chunk < ChunkCount; chunk++)
        {
            RunChunk(chunk, worker, cancellationToken);
        }

        return Finish([worker]);
    }

    /// <summary>The state for one thread. Holds one hit more than an answer may have, to know of an answer that is too long.</summary>
    internal ScanWorker CreateWorker() => new(WorkerHits, _filter is not null);

    /// <summary>Runs one chunk, unless the token is cancelled before it or while its filter is evaluated.</summary>
    internal void RunChunk(int chunk, ScanWorker worker, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int number = chunk >> ChunksPerSegmentShift;
        if (_snapshot.Views[number] is not { } view || view.LiveCount == 0)
            return;
        int first = (chunk & ((1 << ChunksPerSegmentShift) - 1)) << _chunkShift;
        int end = Math.Min(view.Count, first + (1 << _chunkShift));
        if (first >= end)
            return;
        long began = _time.GetTimestamp();
        ReadOnlySpan<ulong> mask = _filter is null ? default : worker.Filter!.Evaluate(view, _filter, cancellationToken);
        long filtered = _filter is null ? began : _time.GetTimestamp();
        Scan(view, _snapshot.Layout.RowOf(number, 0), first, end, mask, worker);
        worker.FilterTicks += filtered - began;
        worker.ScanTicks += _time.GetTimestamp() - filtered;
    }

    private void Scan(SegmentView view, int firstRow, int first, int end, ReadOnlySpan<ulong> mask, ScanWorker worker)
    {
        if (_pruning is not null && view.Segment.Codes is not null && _pruning.IsWorth(mask, first, end) && (_pruning.Always || worker.Guard.TryNext()))
        {
            new PrunedScan(view, firstRow, _query, _pruning, worker).Run(first, end, mask);
            return;
        }

        var scan = new SegmentScan(view, firstRow, _query, worker);
        if (_filter is not null || view.DeadCount > 0)
            Some(scan, view, mask, first, end, worker);
        else
            scan.All(first, end);
    }

    private void Some(SegmentScan scan, SegmentView view, ReadOnlySpan<ulong> mask, int first, int end, ScanWorker worker)
    {
        var masked = new MaskedScan(view, scan, new BlockCosts(Costs ?? ScanCosts.OfThisMachine, _snapshot.Layout.RowBytes), worker);
        if (_filter is null)
            masked.WithoutDead(first, end);
        else
            masked.Masked(mask, first, end);
    }

    /// <summary>Merges what the workers gathered, once every chunk has run, into the answer. Null workers had no chunk.</summary>
    internal SearchResult Finish(ReadOnlySpan<ScanWorker?> workers)
    {
        long began = _time.GetTimestamp();
        BoundedTopK? nearest = null;
        var tally = new ScanTally();
        foreach (var worker in workers)
        {
            if (worker is null)
                continue;
            tally.Add(worker);
            if (nearest is null)
                nearest = worker.Nearest;
            else
                nearest.Merge(worker.Nearest);
        }

        CheckHits(Math.Min(_k, tally.Matches));
        var hits = HitsOf(nearest?.ToSortedArray() ?? []);
        return new SearchResult(hits, tally.ToCounts(ChunkCount > 0, _snapshot.Count, _time, _started, began));
    }

    private static void CheckHits(long found)
    {
        if (found > Limits.Hits)
            throw FlatIndexException.ResourceLimitExceeded("hits", Limits.Hits, found);
    }

    private Hit[] HitsOf(ReadOnlySpan<Candidate> candidates)
    {
        var hits = new Hit[candidates.Length];
        for (int i = 0; i < hits.Length; i++)
        {
            var candidate = candidates[i];
            var metadata = _includeMetadata ? _snapshot.MetadataOf(candidate.Row) : null;
            hits[i] = new Hit(_snapshot.IdOf(candidate.Row), DistanceOrder.FromKey(candidate.Key), candidate.Sequence, metadata);
        }

        return hits;
    }
}

using System.Diagnostics.CodeAnalysis;
using IqdbFlat.Engine.Columns;
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
public sealed partial class SnapshotSearch
{
    // A quarter of a segment is 1 to 2 MiB: a few hundred microseconds, so that cancellation and fairness are prompt.
    private const int ChunksInSegmentShift = 2;
    private const int SegmentsEnough = 16;

    private readonly RowSnapshot _snapshot;
    private readonly PreparedQuery _query;
    private readonly QueryPruning? _pruning;
    private readonly SearchPlan _plan;
    private readonly Filter? _filter;
    private readonly bool _includeMetadata;
    private readonly int _part;
    private readonly RankWindow _window;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly int _k;
    private readonly int _chunkShift;
    private readonly bool _mayList;
    private Kept? _filterKey;

    /// <summary>Prepares a search.</summary>
    /// <param name="snapshot">The rows to search.</param>
    /// <param name="query">As many finite floats as the snapshot has dimensions; copied.</param>
    /// <param name="k">Hits wanted at most, 0 or more.</param>
    /// <param name="filter">The condition that rows must meet; null for none.</param>
    /// <param name="includeMetadata">Whether hits carry their metadata.</param>
    /// <param name="time">The clock of the explain line; null for the system's.</param>
    /// <param name="plan">How to go through the rows.</param>
    /// <param name="part">The place of the vector that the query is measured with, where rows have several. Rows that lack it are no hits.</param>
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
        SearchPlan plan = SearchPlan.Auto,
        int part = 0)
        : this(snapshot, query, k, filter, includeMetadata, time, plan, part, RankWindow.All)
    {
    }

    /// <summary>Prepares a search of the ranks in a window.</summary>
    internal SnapshotSearch(
        RowSnapshot snapshot,
        ReadOnlySpan<float> query,
        int k,
        Filter? filter,
        bool includeMetadata,
        TimeProvider? time,
        SearchPlan plan,
        int part,
        RankWindow window)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        var (dimension, metric) = snapshot.VectorAt(part);
        if (query.Length != dimension)
            throw FlatIndexException.DimensionMismatch(dimension, query.Length);
        _time = time ?? TimeProvider.System;
        _started = _time.GetTimestamp();
        _snapshot = snapshot;
        _part = part;
        _window = window;
        _query = new PreparedQuery(metric, query, snapshot.Layout.Stride, snapshot.Parts?.OffsetOf(part) ?? 0);
        _k = Math.Min(k, snapshot.Count);
        _plan = plan;
        _pruning = part == 0 ? QueryPruning.Of(_query, snapshot.Layout.Codes, plan) : null;
        if (filter is null && snapshot.Parts is null && window.IsAll)
            CheckHits(_k);
        _filter = filter;
        _includeMetadata = includeMetadata;

        // A filter leaves little of a segment, so that a quarter is hardly worth a turn where there are segments enough for all threads.
        int shift = snapshot.Layout.Shift;
        bool whole = filter is not null && snapshot.Views.Length >= SegmentsEnough;
        _mayList = whole && snapshot.Parts is null && plan != SearchPlan.Pruned;
        _chunkShift = whole ? shift : Math.Max(shift - ChunksInSegmentShift, 0);
    }

    /// <summary>What reading rows costs; measured on this machine where none are given.</summary>
    internal ScanCosts? Costs { get; init; }

    /// <summary>Checks what an index checks, in its order, and prepares the search.</summary>
    internal static SnapshotSearch Checked(RowSnapshot snapshot, ReadOnlySpan<float> query, int k, SearchOptions options, TimeProvider time, ScanCosts? costs)
    {
        int part = VectorParts.PlaceOf(snapshot.Parts, options.VectorName);
        var (dimension, metric) = snapshot.VectorAt(part);
        SearchCheck.Query(query, k, options.Metric, dimension, metric);
        var (max, after) = options.Bounds.Check(metric);
        if (k > 0 && snapshot.Count > 0)
            FilterLimits.Check(options.Filter);
        return new SnapshotSearch(
            snapshot, query, k, options.Filter, options.IncludeMetadata, time, options.Plan, part, RankWindow.Of(options.MinDistance, max, after))
        {
            Costs = costs,
        };
    }

    /// <summary>The number of chunks; a chunk may turn out to be empty.</summary>
    internal int ChunkCount => _k == 0 ? 0 : _snapshot.Views.Length << ChunksPerSegmentShift;

    /// <summary>
    /// About the most bytes that one worker comes to hold: its hits and, with a filter, a mask of eight levels and the codes of a segment.
    /// </summary>
    internal unsafe long WorkerBytes => (BoundedTopK.RoomFor(WorkerHits) * sizeof(Candidate)) + (_filter is null ? 0 : 2L * _snapshot.Layout.FullRows);

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
    internal ScanWorker CreateWorker() => new(WorkerHits, _window, _filter is not null);

    /// <summary>Runs one chunk, unless the token is cancelled before it or while its filter is evaluated.</summary>
    internal void RunChunk(int chunk, ScanWorker worker, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_mayList && worker.Filter!.RootOf(_filter!).Leaf is { } leaf && TryListed(chunk, leaf, worker))
            return;
        if (!TryChunk(chunk, out var view, out int start, out int first, out int end))
            return;
        long began = _time.GetTimestamp();
        ulong[]? mask = WantedOf(view, worker, cancellationToken);
        long filtered = mask is null ? began : _time.GetTimestamp();
        Scan(view, start, first, end, mask, worker);
        worker.FilterTicks += filtered - began;
        worker.ScanTicks += _time.GetTimestamp() - filtered;
    }

    /// <summary>Runs the chunk, a whole segment, of a filter whose rows are listed there; false where they are not, or not worth gathering.</summary>
    private bool TryListed(int number, FilterLeaf leaf, ScanWorker worker)
    {
        long began = _time.GetTimestamp();
        var listed = worker.Listed ??= ListedOf(leaf, worker);
        if (!listed.IsWorthAsking || !listed.TryOf(number, out var rows))
            return false;
        ref readonly var segment = ref listed.Of(number);
        if (rows.Length > 0 && BlockCosts().Choose(segment.Count, rows.Length, PostingLists.CountRuns(rows)) != SearchPlans.Gather)
            return false;
        var next = listed.After(number);
        long filtered = _time.GetTimestamp();
        worker.FilterTicks += filtered - began;
        if (rows.IsEmpty)
            return true;
        new ListedScan(_query, worker, listed.Near).Run(segment, _snapshot.Layout.RowOf(number, 0), rows, listed.Of(number + 1), next);
        GC.KeepAlive(_snapshot);
        worker.Plans |= SearchPlans.Gather;
        worker.ScanTicks += _time.GetTimestamp() - filtered;
        return true;
    }

    private ListedRows ListedOf(FilterLeaf leaf, ScanWorker worker)
    {
        var postings = _snapshot.PostingsOf(leaf.Field);
        return new(postings, leaf, new NearRows(postings, _snapshot.Layout.Shift, worker.Nearest));
    }

    private void Scan(SegmentView view, int firstRow, int first, int end, ulong[]? mask, ScanWorker worker)
    {
        if (_pruning is not null && view.Segment.Codes is not null && _pruning.IsWorth(mask, first, end) && (_pruning.Always || worker.Guard.TryNext()))
        {
            new PrunedScan(view, firstRow, _query, _pruning, worker).Run(first, end, mask);
            return;
        }

        var scan = new SegmentScan(view, firstRow, _query, worker);
        if (mask is not null)
            Masked(view, scan, worker).Masked(mask, first, end);
        else if (view.DeadCount > 0)
            Masked(view, scan, worker).WithoutDead(first, end);
        else
            scan.All(first, end);
    }

    private MaskedScan Masked(SegmentView view, SegmentScan scan, ScanWorker worker) =>
        new(view, scan, BlockCosts(), worker);

    private BlockCosts BlockCosts() => new(Costs ?? ScanCosts.OfThisMachine, _query.Stride * sizeof(float));

    /// <summary>The rows of a segment that pass the filter and have the vector that is measured, dead ones included; null for all.</summary>
    private ulong[]? WantedOf(SegmentView view, ScanWorker worker, CancellationToken cancellationToken)
    {
        var present = view.Segment.PresentOf(_part);
        if (_filter is null)
            return present;
        bool isTail = worker.Listed is { HasFound: true } && view.Count < _snapshot.Layout.FullRows;
        var mask = isTail ? worker.Filter!.Select(view, _filter, cancellationToken).ToArray() : MaskOf(view, worker, cancellationToken);
        return present is null ? mask : worker.Both(view, mask, present);
    }

    /// <summary>The rows of a segment that pass the filter, dead ones included: those that were kept, or else evaluated and kept.</summary>
    private ulong[] MaskOf(SegmentView view, ScanWorker worker, CancellationToken cancellationToken)
    {
        var key = _filterKey ?? Interlocked.CompareExchange(ref _filterKey, new Kept(FilterKey.Of(_filter!)), null) ?? _filterKey;
        var words = view.Segment.KeptMasks.Of(key.Key, view.Count).Words(key, Evaluate, out bool wasKept);
        if (wasKept)
            worker.Plans |= SearchPlans.KeptFilter;
        return words;

        ReadOnlySpan<ulong> Evaluate() => worker.Filter!.Select(view, _filter!, cancellationToken);
    }

    /// <summary>The rows of a chunk, unless it has no live ones: from one offset of a segment to before another, and the number of the segment's first row.</summary>
    private bool TryChunk(int chunk, [NotNullWhen(true)] out SegmentView? view, out int start, out int first, out int end)
    {
        int number = chunk >> ChunksPerSegmentShift;
        view = _snapshot.Views[number];
        start = _snapshot.Layout.RowOf(number, 0);
        first = (chunk & ((1 << ChunksPerSegmentShift) - 1)) << _chunkShift;
        end = view is null ? 0 : Math.Min(view.Count, first + (1 << _chunkShift));
        return view is { LiveCount: > 0 } && first < end;
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
            worker.Listed?.Near.OfferAll();
            if (nearest is null)
                nearest = worker.Nearest;
            else
                nearest.Merge(worker.Nearest);
        }

        CheckHits(_window.IsAll ? Math.Min(_k, tally.Matches) : nearest?.Count ?? 0);
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

    /// <summary>The filter's key, made by the first thread that needs it. The object stands for the search where masks are kept.</summary>
    private sealed record Kept(FilterKey Key);
}

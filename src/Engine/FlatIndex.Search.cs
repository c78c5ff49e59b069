using IqdbFlat.Engine.Ranked;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine;

public sealed partial class FlatIndex
{
    internal const int WorthSeveralThreads = 2;

    /// <summary>Finds the k nearest rows that meet the filter.</summary>
    /// <param name="query">As many finite floats as the index has dimensions.</param>
    /// <param name="k">Hits wanted at most; 0 gives none, more than there are gives all.</param>
    /// <param name="options">Filter, metadata, expected metric; null for none of them.</param>
    /// <param name="cancellationToken">Looked at between chunks of the scan and between the nodes of the filter.</param>
    /// <returns>Hits by distance, then by sequence, and what it took.</returns>
    /// <exception cref="FlatIndexException">
    /// In this order: <see cref="FlatErrorKind.DimensionMismatch"/>, <see cref="FlatErrorKind.InvalidVector"/>, <see cref="FlatErrorKind.InvalidMetric"/>,
    /// <see cref="FlatErrorKind.InvalidConfig"/> (a negative k, bounds, score, skip, a cursor that is none); then, unless k is 0 or the index empty, <see cref="FlatErrorKind.InvalidFilter"/>, and
    /// <see cref="FlatErrorKind.ResourceLimitExceeded"/> for an answer of more than <see cref="Limits.Hits"/> hits. With several threads also
    /// <see cref="FlatErrorKind.Overloaded"/>, when 1,024 searches are under way, and <see cref="FlatErrorKind.Unavailable"/>, when the index was disposed.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public SearchResult Search(ReadOnlySpan<float> query, int k, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= SearchOptions.Default;
        var snapshot = _store.Snapshot;
        if (options.Skip == 0 && !options.IncludeTies)
            return Search(snapshot, query, k, options, cancellationToken);
        var answer = new RankedAnswer(k, options.Skip, options.IncludeTies);
        return Finish(snapshot, query.ToArray(), Search(snapshot, query, answer.Wanted, options, cancellationToken), answer, options, cancellationToken);
    }

    /// <summary>Runs as many searches, over one state of the index; each answer is the same as alone.</summary>
    /// <returns>Answers in the order of the queries.</returns>
    /// <exception cref="FlatIndexException">The first error in the order of the queries; <see cref="FlatError.Item"/> says which query.</exception>
    public IReadOnlyList<SearchResult> SearchBatch(
        IReadOnlyList<ReadOnlyMemory<float>> queries, int k, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        var results = new SearchResult[queries.Count];
        options ??= SearchOptions.Default;
        var snapshot = _store.Snapshot;
        var answer = new RankedAnswer(k, options.Skip, options.IncludeTies);
        var batch = new SearchBatchRun(snapshot, _scheduler, _time, answer.Wanted, options, _costs);
        for (int first = 0; first < results.Length;)
            first += batch.Run(queries, first, results, cancellationToken);
        for (int i = 0; i < results.Length && (options.Skip > 0 || options.IncludeTies); i++)
            results[i] = Finish(snapshot, queries[i], results[i], answer, options, cancellationToken);
        return results;
    }

    private SearchResult Search(RowSnapshot snapshot, ReadOnlySpan<float> query, int k, SearchOptions options, CancellationToken cancellationToken)
    {
        var search = SnapshotSearch.Checked(snapshot, query, k, options, _time, _costs);
        return _scheduler is null || search.ChunkCount < WorthSeveralThreads
            ? search.Run(cancellationToken)
            : _scheduler.SubmitAsync(search, cancellationToken).GetAwaiter().GetResult();
    }
}

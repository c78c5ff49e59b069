using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Streams;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine;

/// <summary>
/// The exact nearest rows of many queries among rows that pass by once and are not kept: ground truth over data larger than memory. Each answer has
/// the bits and the order that <see cref="FlatIndex"/> gives for the same rows, inserted in the order of the stream.
/// </summary>
/// <remarks>
/// Memory is two blocks of rows, the queries, and k hits a query, whatever the number of rows (<see cref="BytesFor"/>). One thread adds rows; one block is
/// measured on other threads while the next one fills. Errors are <see cref="FlatIndexException"/>. Not thread-safe.
/// </remarks>
public sealed class StreamSearch : IDisposable
{
    // A candidate while rows pass; then sorted, and as a hit of the answer.
    private const int CandidateBytes = 16;
    private const int AnswerBytes = 2 * 16;

    private readonly int _dimension;
    private readonly int _threads;
    private readonly StreamTile[] _tiles;
    private readonly int _tileQueries;
    private StreamBlock _filling;
    private StreamBlock _measured;
    private Task _measuring = Task.CompletedTask;

    /// <summary>Begins.</summary>
    /// <param name="dimension">Components of every row and query, 1 to <see cref="Limits.Dimension"/>.</param>
    /// <param name="metric">How distances are measured.</param>
    /// <param name="queries">At least one query; copied.</param>
    /// <param name="k">Hits wanted for each, 1 to <see cref="Limits.Hits"/>.</param>
    /// <param name="options">Threads and memory; null for the defaults.</param>
    /// <exception cref="FlatIndexException">
    /// <see cref="FlatErrorKind.InvalidConfig"/>: a setting out of range, or no query. <see cref="FlatErrorKind.DimensionMismatch"/> and
    /// <see cref="FlatErrorKind.InvalidVector"/>: a query that no index accepts; <see cref="FlatError.Item"/> says which.
    /// </exception>
    public StreamSearch(int dimension, Metric metric, IReadOnlyList<ReadOnlyMemory<float>> queries, int k, StreamSearchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(queries);
        options ??= new();
        options.Check();
        IndexCheck.Settings(dimension, metric);
        if (k is < 1 or > Limits.Hits)
            throw FlatIndexException.InvalidConfig($"expected 1 to {Limits.Hits} hits for each query, found {k}");
        if (queries.Count == 0)
            throw FlatIndexException.InvalidConfig("expected at least one query, found none");
        _dimension = dimension;
        QueryCount = queries.Count;
        _threads = options.Threads;
        var prepared = Prepare(dimension, metric, queries);
        int stride = PreparedQuery.StrideOf(dimension);
        _tileQueries = TileQueries(queries.Count, stride, options.Threads);
        _tiles = [.. prepared.Chunk(_tileQueries).Select(tile => new StreamTile(metric, tile, k))];
        _filling = new(options.BlockBytes, stride);
        _measured = new(options.BlockBytes, stride);
        _filling.Begin(0);
    }

    /// <summary>Rows that were added.</summary>
    public long RowCount => _filling.FirstRow + _filling.Count;

    /// <summary>Queries that are answered.</summary>
    public int QueryCount { get; }

    /// <summary>Bytes that a search takes beside what the process has anyway: two blocks, the queries, and the hits.</summary>
    public static long BytesFor(int dimension, int queries, int k, StreamSearchOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        int stride = PreparedQuery.StrideOf(dimension);
        long row = (long)stride * sizeof(float);
        int tileQueries = TileQueries(queries, stride, options.Threads);
        long tiles = (queries + tileQueries - 1) / tileQueries;
        return (2 * Math.Max(options.BlockBytes, row)) + (tiles * QueryTile.BytesFor(stride, tileQueries)) + (queries * ((row * 2) + (BoundedTopK.RoomFor(k) * CandidateBytes) + ((long)k * AnswerBytes)));
    }

    /// <summary>Adds the next row; waits where the measuring has not kept up.</summary>
    /// <param name="row">As many finite floats as there are dimensions; copied.</param>
    /// <param name="cancellationToken">Looked at while rows are measured. A search that was cancelled has no answers any more.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.DimensionMismatch"/> or <see cref="FlatErrorKind.InvalidVector"/>; the row is not added.</exception>
    public void Add(ReadOnlySpan<float> row, CancellationToken cancellationToken = default)
    {
        VectorCheck.Check(row, _dimension);
        if (_filling.Count == _filling.Capacity)
            Pass(cancellationToken);
        _filling.Add(row);
    }

    /// <summary>
    /// The nearest of the rows so far, for each query in order: by distance, then by row, k of them or as many as there are rows. More rows may follow.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<StreamHit>> Answers(CancellationToken cancellationToken = default)
    {
        if (_filling.Count > 0)
            Pass(cancellationToken);
        _measuring.GetAwaiter().GetResult();
        var answers = new StreamHit[QueryCount][];
        for (int query = 0; query < answers.Length; query++)
            answers[query] = [.. NearestTo(query).ToSortedArray().Select(found => new StreamHit((long)found.Sequence, DistanceOrder.FromKey(found.Key)))];
        return answers;
    }

    /// <summary>Goes on from the answers of an earlier search over the first rows of the same stream, before a row is added.</summary>
    /// <param name="rowCount">Rows that the earlier search had seen. The next one added is row number <paramref name="rowCount"/>.</param>
    /// <param name="answers">What <see cref="Answers"/> gave then.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: answers of another number of queries, or with rows that were not seen.</exception>
    public void GoOn(long rowCount, IReadOnlyList<IReadOnlyList<StreamHit>> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        if (RowCount != 0)
            throw new InvalidOperationException("A search goes on from earlier answers before the first row is added.");
        if (answers.Count != QueryCount)
            throw FlatIndexException.InvalidConfig($"expected answers of {QueryCount} queries, found {answers.Count}");
        if (answers.Any(answer => answer.Any(hit => hit.Row < 0 || hit.Row >= rowCount)))
            throw FlatIndexException.InvalidConfig($"expected answers with rows below {rowCount}, found one that is not");
        for (int query = 0; query < answers.Count; query++)
        {
            foreach (var hit in answers[query])
                NearestTo(query).Offer(DistanceOrder.KeyOf(hit.Distance), (ulong)hit.Row, row: 0);
        }

        _filling.Begin(rowCount);
    }

    /// <summary>Waits until nothing is measured any more.</summary>
    public void Dispose() => ((IAsyncResult)_measuring).AsyncWaitHandle.WaitOne();

    private static PreparedQuery[] Prepare(int dimension, Metric metric, IReadOnlyList<ReadOnlyMemory<float>> queries)
    {
        var prepared = new PreparedQuery[queries.Count];
        for (int i = 0; i < prepared.Length; i++)
        {
            try
            {
                VectorCheck.Check(queries[i].Span, dimension);
            }
            catch (FlatIndexException error)
            {
                throw new FlatIndexException(error.Error with { Item = i }, error);
            }

            prepared[i] = new(metric, queries[i].Span);
        }

        return prepared;
    }

    /// <summary>Few queries are spread over the threads; many make tiles that fill the cache.</summary>
    private static int TileQueries(int queries, int stride, int threads) => Math.Clamp((queries + threads - 1) / threads, 1, QueryTile.MostOf(stride));

    private BoundedTopK NearestTo(int query) => _tiles[query / _tileQueries].NearestTo(query % _tileQueries);

    /// <summary>Gives the full block to the threads, once they are done with the one before.</summary>
    private void Pass(CancellationToken cancellationToken)
    {
        _measuring.GetAwaiter().GetResult();
        (_filling, _measured) = (_measured, _filling);
        _filling.Begin(_measured.FirstRow + _measured.Count);
        var block = _measured;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = cancellationToken };
        _measuring = Task.Run(() => Parallel.ForEach(_tiles, parallel, tile => tile.Measure(block, cancellationToken)), CancellationToken.None);
    }
}

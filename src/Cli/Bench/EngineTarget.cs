using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary>The engine in this process.</summary>
internal sealed class EngineTarget(FlatIndex index, int k, SearchPlan plan, Filter? filter) : IBenchTarget
{
    private readonly SearchOptions _options = new() { Plan = plan, Filter = filter };

    /// <inheritdoc/>
    public Task InsertAsync(IReadOnlyList<Row> rows, CancellationToken cancellationToken)
    {
        index.InsertBatch(rows);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<SearchCost> SearchAsync(ReadOnlyMemory<float>[] queries, IReadOnlyList<Hit>[] answers, CancellationToken cancellationToken)
    {
        if (queries.Length == 1)
        {
            var result = index.Search(queries[0].Span, k, _options, cancellationToken);
            answers[0] = result.Hits;
            return new(CostOf(result));
        }

        SearchCost cost = default;
        var results = index.SearchBatch(queries, k, _options, cancellationToken);
        for (int i = 0; i < results.Count; i++)
        {
            answers[i] = results[i].Hits;
            cost += CostOf(results[i]);
        }

        return new(cost);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        index.Dispose();
        return ValueTask.CompletedTask;
    }

    private static SearchCost CostOf(SearchResult result) => new(result.Explain.BytesRead, result.Explain.Pruned);
}

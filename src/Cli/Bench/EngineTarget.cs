using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary>The engine in this process.</summary>
internal sealed class EngineTarget(FlatIndex index, int k) : IBenchTarget
{
    /// <inheritdoc/>
    public Task InsertAsync(IReadOnlyList<Row> rows, CancellationToken cancellationToken)
    {
        index.InsertBatch(rows);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<long> SearchAsync(ReadOnlyMemory<float>[] queries, IReadOnlyList<Hit>[] answers, CancellationToken cancellationToken)
    {
        if (queries.Length == 1)
        {
            var result = index.Search(queries[0].Span, k, cancellationToken: cancellationToken);
            answers[0] = result.Hits;
            return new(result.Explain.BytesRead);
        }

        long bytes = 0;
        var results = index.SearchBatch(queries, k, cancellationToken: cancellationToken);
        for (int i = 0; i < results.Count; i++)
        {
            answers[i] = results[i].Hits;
            bytes += results[i].Explain.BytesRead;
        }

        return new(bytes);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        index.Dispose();
        return ValueTask.CompletedTask;
    }
}

using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary>A target whose batches are searched for one query a call: what a batch is compared with.</summary>
internal sealed class SinglesTarget(IBenchTarget target) : IBenchTarget
{
    private readonly ReadOnlyMemory<float>[] _query = new ReadOnlyMemory<float>[1];
    private readonly IReadOnlyList<Hit>[] _answer = new IReadOnlyList<Hit>[1];

    /// <inheritdoc/>
    public Task InsertAsync(IReadOnlyList<Row> rows, CancellationToken cancellationToken) => target.InsertAsync(rows, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<SearchCost> SearchAsync(ReadOnlyMemory<float>[] queries, IReadOnlyList<Hit>[] answers, CancellationToken cancellationToken)
    {
        SearchCost cost = default;
        for (int i = 0; i < queries.Length; i++)
        {
            _query[0] = queries[i];
            cost += await target.SearchAsync(_query, _answer, cancellationToken);
            answers[i] = _answer[0];
        }

        return cost;
    }

    /// <summary>Does nothing: the target is another's to dispose.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary>An index that is measured.</summary>
internal interface IBenchTarget : IAsyncDisposable
{
    /// <summary>Inserts rows as one batch.</summary>
    Task InsertAsync(IReadOnlyList<Row> rows, CancellationToken cancellationToken);

    /// <summary>Searches with several queries in one call.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="answers">Takes the answers, in the queries' order.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>What it cost.</returns>
    ValueTask<SearchCost> SearchAsync(ReadOnlyMemory<float>[] queries, IReadOnlyList<Hit>[] answers, CancellationToken cancellationToken);
}

using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Conformance;

/// <summary>What golden cases run against: the engine, or a cluster.</summary>
internal interface IGoldenSubject
{
    /// <summary>Makes an empty index.</summary>
    Task<IGoldenIndex> CreateAsync(int dimension, Metric metric, CancellationToken cancellationToken);
}

/// <summary>An index under test. Disposed when the case is over.</summary>
internal interface IGoldenIndex : IAsyncDisposable
{
    /// <summary>Inserts one row.</summary>
    Task InsertAsync(Row row, CancellationToken cancellationToken);

    /// <summary>Inserts rows as one batch.</summary>
    Task InsertBatchAsync(IReadOnlyList<Row> rows, CancellationToken cancellationToken);

    /// <summary>Deletes a row.</summary>
    Task DeleteAsync(RowId id, CancellationToken cancellationToken);

    /// <summary>The number of rows.</summary>
    Task<long> CountAsync(CancellationToken cancellationToken);

    /// <summary>Searches; hits carry their metadata.</summary>
    Task<IReadOnlyList<Hit>> SearchAsync(float[] query, int k, Filter? filter, Metric? metric, CancellationToken cancellationToken);
}

using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Conformance;

/// <summary>Runs golden cases against the engine in this process.</summary>
internal sealed class EngineSubject(int threads = 1) : IGoldenSubject
{
    public Task<IGoldenIndex> CreateAsync(int dimension, Metric metric, CancellationToken cancellationToken) =>
        Task.FromResult<IGoldenIndex>(new Subject(new FlatIndex(dimension, metric, new() { Threads = threads })));

    private sealed class Subject(FlatIndex index) : IGoldenIndex
    {
        public Task InsertAsync(Row row, CancellationToken cancellationToken)
        {
            index.Insert(row.Id, row.Vector.Span, row.Metadata);
            return Task.CompletedTask;
        }

        public Task InsertBatchAsync(IReadOnlyList<Row> rows, CancellationToken cancellationToken)
        {
            index.InsertBatch(rows);
            return Task.CompletedTask;
        }

        public Task DeleteAsync(RowId id, CancellationToken cancellationToken)
        {
            index.Delete(id);
            return Task.CompletedTask;
        }

        public Task<long> CountAsync(CancellationToken cancellationToken) => Task.FromResult<long>(index.Count);

        public Task<IReadOnlyList<Hit>> SearchAsync(
            float[] query, int k, Filter? filter, Metric? metric, CancellationToken cancellationToken)
        {
            var options = new SearchOptions { Filter = filter, Metric = metric, IncludeMetadata = true };
            return Task.FromResult(index.Search(query, k, options, cancellationToken).Hits);
        }

        public ValueTask DisposeAsync()
        {
            index.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

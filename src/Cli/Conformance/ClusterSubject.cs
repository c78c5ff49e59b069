using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Conformance;

/// <summary>Runs golden cases against a cluster; each case has an index of its own, dropped afterwards.</summary>
internal sealed class ClusterSubject(IFlatIndexClient client, int shards) : IGoldenSubject
{
    public async Task<IGoldenIndex> CreateAsync(int dimension, Metric metric, CancellationToken cancellationToken)
    {
        string name = $"golden-{Guid.NewGuid():n}";
        return new Subject(client, await client.CreateAsync(name, new(dimension, metric, shards), cancellationToken: cancellationToken));
    }

    private sealed class Subject(IFlatIndexClient client, IFlatIndex index) : IGoldenIndex
    {
        public Task InsertAsync(Row row, CancellationToken cancellationToken) => index.InsertAsync(row, cancellationToken: cancellationToken);

        public Task InsertBatchAsync(IReadOnlyList<Row> rows, CancellationToken cancellationToken) =>
            index.InsertBatchAsync(rows, cancellationToken: cancellationToken);

        public Task DeleteAsync(RowId id, CancellationToken cancellationToken) => index.DeleteAsync(id, cancellationToken: cancellationToken);

        public Task<long> CountAsync(CancellationToken cancellationToken) => index.CountAsync(cancellationToken);

        public async Task<IReadOnlyList<Hit>> SearchAsync(
            float[] query, int k, Filter? filter, Metric? metric, CancellationToken cancellationToken)
        {
            var options = new ClusterSearchOptions { Filter = filter, Metric = metric, IncludeMetadata = true };
            return (await index.SearchAsync(query, k, options, cancellationToken)).Hits;
        }

        public async ValueTask DisposeAsync() => await client.DropAsync(index.Name, CancellationToken.None);
    }
}

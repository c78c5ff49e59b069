using IqdbFlat.Abstractions;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary>An index on a silo in a process of its own, over TCP.</summary>
internal sealed class ClusterTarget : IBenchTarget
{
    // Many threads or a slow machine may take their time; a bench waits for them.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly ChildSilo _silo;
    private readonly ClusterConnection _connection;
    private readonly IFlatIndex _index;
    private readonly int _k;
    private readonly ClusterSearchOptions _options;

    private ClusterTarget(ChildSilo silo, ClusterConnection connection, IFlatIndex index, int k, SearchPlan plan, Filter? filter)
    {
        _silo = silo;
        _connection = connection;
        _index = index;
        _k = k;
        _options = new() { Plan = plan, Filter = filter };
    }

    /// <summary>Starts the silo and makes the index.</summary>
    public static async Task<ClusterTarget> StartAsync(int dimension, BenchSettings settings, CancellationToken cancellationToken)
    {
        var silo = await ChildSilo.StartAsync(settings.Threads, cancellationToken);
        ClusterConnection? connection = null;
        try
        {
            connection = await ClusterConnection.ConnectAsync(silo.ClusterId, [silo.Gateway], client => client.Deadline = Patience, cancellationToken);
            var index = await connection.Client.CreateAsync("bench", new(dimension, settings.Metric, settings.Shards), cancellationToken: cancellationToken);
            return new(silo, connection, index, settings.K, settings.Plan, settings.Filter);
        }
        catch
        {
            if (connection is not null)
                await connection.DisposeAsync();
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same index, searched by another plan. It lives as long as this one.</summary>
    public IBenchTarget With(SearchPlan plan) => new ClusterTarget(_silo, _connection, _index, _k, plan, _options.Filter);

    /// <inheritdoc/>
    public Task InsertAsync(IReadOnlyList<Row> rows, CancellationToken cancellationToken) =>
        _index.InsertBatchAsync(rows, cancellationToken: cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<SearchCost> SearchAsync(ReadOnlyMemory<float>[] queries, IReadOnlyList<Hit>[] answers, CancellationToken cancellationToken)
    {
        if (queries.Length == 1)
        {
            var result = await _index.SearchAsync(queries[0], _k, _options, cancellationToken);
            answers[0] = result.Hits;
            return CostOf(result.Shards);
        }

        var results = await _index.SearchBatchAsync(queries, _k, _options, cancellationToken);
        for (int i = 0; i < results.Answers.Count; i++)
            answers[i] = results.Answers[i];
        return CostOf(results.Shards);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _silo.DisposeAsync();
    }

    private static SearchCost CostOf(IReadOnlyList<ShardReport> shards) =>
        new(shards.Sum(shard => shard.BytesRead), shards.Sum(shard => shard.Pruned));
}

using IqdbFlat.Abstractions;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary>An index on silos in processes of their own, over TCP.</summary>
internal sealed class ClusterTarget : IBenchTarget
{
    // Many threads or a slow machine may take their time; a bench waits for them.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly IReadOnlyList<ChildSilo> _silos;
    private readonly ClusterConnection _connection;
    private readonly IFlatIndex _index;
    private readonly int _k;
    private readonly ClusterSearchOptions _options;

    private ClusterTarget(IReadOnlyList<ChildSilo> silos, ClusterConnection connection, IFlatIndex index, int k, SearchPlan plan, Filter? filter)
    {
        _silos = silos;
        _connection = connection;
        _index = index;
        _k = k;
        _options = new() { Plan = plan, Filter = filter };
    }

    /// <summary>The silos.</summary>
    public IReadOnlyList<ChildSilo> Silos => _silos;

    /// <summary>Starts the silos and makes the index, whose shards are spread over them.</summary>
    public static async Task<ClusterTarget> StartAsync(int dimension, BenchSettings settings, CancellationToken cancellationToken)
    {
        List<ChildSilo> silos = [];
        ClusterConnection? connection = null;
        try
        {
            while (silos.Count < settings.Silos)
                silos.Add(await ChildSilo.StartAsync(settings.Threads, silos.FirstOrDefault(), cancellationToken));
            connection = await ClusterConnection.ConnectAsync(silos[0].ClusterId, [.. silos.Select(silo => silo.Gateway)], client => client.Deadline = Patience, cancellationToken);
            var index = await connection.Client.CreateAsync("bench", new(dimension, settings.Metric, settings.Shards), cancellationToken: cancellationToken);
            return new(silos, connection, index, settings.K, settings.Plan, settings.Filter);
        }
        catch
        {
            if (connection is not null)
                await connection.DisposeAsync();
            await StopAsync(silos);
            throw;
        }
    }

    /// <summary>The same index, searched by another plan. It lives as long as this one.</summary>
    public IBenchTarget With(SearchPlan plan) => new ClusterTarget(_silos, _connection, _index, _k, plan, _options.Filter);

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
        await StopAsync(_silos);
    }

    // The first keeps the list of members, so it goes last.
    private static async Task StopAsync(IReadOnlyList<ChildSilo> silos)
    {
        foreach (var silo in silos.Reverse())
            await silo.DisposeAsync();
    }

    private static SearchCost CostOf(IReadOnlyList<ShardReport> shards) =>
        new(shards.Sum(shard => shard.BytesRead), shards.Sum(shard => shard.Pruned)) { SlowestShard = shards.Max(shard => shard.Elapsed) };
}

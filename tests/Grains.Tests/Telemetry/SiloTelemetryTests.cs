using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Telemetry;
using IqdbFlat.Grains.Tests.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace IqdbFlat.Grains.Tests.Telemetry;

/// <summary>What a silo tells is what the answers say.</summary>
public sealed class SiloTelemetryTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private const int Shards = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shards_tell_what_they_hold_and_how_far_their_logs_are()
    {
        var index = await Filled();
        using var told = new Measurements(index.Name);

        var stats = await index.StatsAsync(Cancel);

        Assert.Equal(stats.Shards.Select(shard => (double)shard.Vectors), told.Shards(IqdbFlatTelemetry.ShardRows));
        Assert.Equal(stats.Shards.Select(shard => (double)shard.DiskBytes), told.Shards(IqdbFlatTelemetry.ShardStored));
        Assert.Equal(stats.Shards.Select(shard => (double)shard.Position.Position), told.Shards(IqdbFlatTelemetry.ShardLogPosition));
        Assert.Equal(stats.Shards.Select(shard => (double)shard.Position.Epoch), told.Shards(IqdbFlatTelemetry.ShardLogEpoch));
        Assert.Equal(Enumerable.Repeat(1d, Shards), told.Shards(IqdbFlatTelemetry.ShardRecovery));
        Assert.All(told.Shards(IqdbFlatTelemetry.ShardMemory), bytes => Assert.True(bytes > 0, $"{bytes} bytes"));
    }

    [Fact]
    public async Task Searches_are_counted_as_their_explain_counts_them()
    {
        var index = await Filled();
        using var told = new Measurements(index.Name);

        var result = await index.SearchBatchAsync([new float[4], new float[4]], 3, new() { Filter = Filter.Lt("n", 100L) }, Cancel);

        Assert.Equal(result.Shards.Sum(shard => shard.Rows), told.Sum(IqdbFlatTelemetry.ShardRowsMet));
        Assert.Equal(result.Shards.Sum(shard => shard.Filtered), told.Sum(IqdbFlatTelemetry.ShardRowsFiltered));
        Assert.Equal(result.Shards.Sum(shard => shard.Pruned), told.Sum(IqdbFlatTelemetry.ShardRowsPruned));
        Assert.Equal(result.Shards.Sum(shard => shard.BytesRead), told.Sum(IqdbFlatTelemetry.ShardBytesRead));
        Assert.Equal(600, told.Sum(IqdbFlatTelemetry.ShardRowsMet));
        Assert.Equal(400, told.Sum(IqdbFlatTelemetry.ShardRowsFiltered));
        Assert.Equal(Shards, told.Times(IqdbFlatTelemetry.ShardSearchDuration));
        Assert.Equal(result.Shards.Sum(shard => shard.Elapsed.TotalSeconds), told.Sum(IqdbFlatTelemetry.ShardSearchDuration), 6);
    }

    [Fact]
    public async Task A_shard_that_is_gone_is_told_of_no_more()
    {
        var index = await Filled();
        using var told = new Measurements(index.Name);
        Assert.Equal(Shards, told.Shards(IqdbFlatTelemetry.ShardRows).Length);

        await silos.Cluster.Client.DropAsync(index.Name, Cancel);

        Assert.Empty(told.Shards(IqdbFlatTelemetry.ShardRows));
    }

    [Fact]
    public async Task Slow_searches_are_logged_with_their_explain_and_kept()
    {
        var log = new KeptLog();
        await using var cluster = await TestCluster.StartAsync(1, configure: silo =>
        {
            silo.Services.AddLogging(logging => logging.AddProvider(log));
            silo.Services.Configure<IqdbFlatGrainsOptions>(options => options.SlowSearch = TimeSpan.FromTicks(1));
        });
        var index = await cluster.CreateIndexAsync(2, Metric.Euclidean, 2);
        await index.InsertBatchAsync([.. Enumerable.Range(0, 50).Select(i => new Row((ulong)i, new float[] { i, 0 }, Metadata.From(("n", (long)i))))], cancellationToken: Cancel);
        using var told = new Measurements(index.Name);

        await index.SearchAsync(new float[2], 3, new() { Filter = Filter.Neq("n", "two\nlines") }, Cancel);

        var slow = Assert.Single(cluster.SiloServices.GetRequiredService<SlowSearches>().Recent, search => search.Index == index.Name);
        Assert.Equal((1, 3, "n != 'two\\u000Alines'", 50L), (slow.Queries, slow.K, slow.Filter, slow.Shards.Sum(shard => shard.Rows)));
        Assert.True(slow.Elapsed >= slow.Shards.Max(shard => shard.Elapsed));
        string line = Assert.Single(log.Lines, line => line.Contains(index.Name, StringComparison.Ordinal));
        Assert.StartsWith($"Slow search of {index.Name}: ", line, StringComparison.Ordinal);
        Assert.Contains("1 queries, k 3, filter [n != 'two\\u000Alines']; 50 rows met, 0 filtered", line, StringComparison.Ordinal);
        Assert.Equal(1, told.Sum(IqdbFlatTelemetry.SlowSearches));
    }

    private async Task<IFlatIndex> Filled()
    {
        var index = await silos.Cluster.CreateIndexAsync(4, Metric.Euclidean, Shards);
        await index.InsertBatchAsync(
            [.. Enumerable.Range(0, 300).Select(i => new Row((ulong)i, new float[] { i, 0, 0, i }, Metadata.From(("n", (long)i))))], cancellationToken: Cancel);
        return index;
    }

    /// <summary>Lines of the slow-search log.</summary>
    private sealed class KeptLog : ILoggerProvider, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = [];

        public IEnumerable<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string line = formatter(state, exception);
            if (line.StartsWith("Slow search", StringComparison.Ordinal))
                _lines.Enqueue(line);
        }

        public void Dispose()
        {
        }
    }
}

using System.Reflection;
using System.Text.Json.Serialization;
using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Grains.Memory;
using IqdbFlat.Grains.Telemetry;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace IqdbFlat.Silo.Page;

/// <summary>What the page shows: indexes, their shards and where they are, memory, loading, slow searches. Asked at most once a second whatever the number of browsers.</summary>
/// <remarks>A shard that is on no silo is shown so and not asked: to look at a page loads nothing.</remarks>
internal sealed class StatusReport(
    IFlatIndexClient client, IClusterClient cluster, SiloMemory memory, LiveRates rates, SlowSearches slow, ILocalSiloDetails silo, IOptions<ClusterOptions> names, TimeProvider time)
{
    // A page of more is no page; the command line shows all.
    private const int MaxIndexes = 100;
    private const int MaxShards = 1_000;
    private const int MaxSlow = 20;

    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly string Version = typeof(StatusReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private readonly Lock _gate = new();
    private Task<object>? _last;
    private long _asked;

    /// <summary>The newest report, for JSON.</summary>
    public Task<object> AskAsync()
    {
        lock (_gate)
        {
            if (_last is null || (_last.IsCompleted && time.GetElapsedTime(_asked) >= KeptFor))
            {
                _asked = time.GetTimestamp();
                _last = Task.Run(() => MakeAsync());
            }

            return _last;
        }
    }

    /// <summary>Answers a request of the page; a cluster that does not say what is in it is told in one sentence.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        PageFiles.Protect(context.Response);
        try
        {
            await context.Response.WriteAsJsonAsync(await AskAsync(), PageFiles.Json, context.RequestAborted);
        }
        catch (FlatIndexException error)
        {
            await PageFiles.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, error.Message);
        }
    }

    private async Task<object> MakeAsync()
    {
        using var clock = new CancellationTokenSource(Patience, time);
        var (silos, list) = await ListAsync(clock.Token);
        int shards = 0;
        var shown = list.Take(MaxIndexes).TakeWhile(index => (shards += index.Settings.Shards) <= MaxShards).ToArray();

        // All at once: each shard that loads takes a second to say so, and the clock is one for all.
        var asked = await Task.WhenAll(shown.Select(index => ShardsAsync(index, clock.Token)));
        var indexes = shown.Zip(asked, IndexOf).ToList();
        foreach (var damage in list.Damaged.Take(MaxIndexes))
            indexes.Add(new { name = damage.Index ?? "", damaged = damage.Message, shards = Array.Empty<Shard>() });
        var (median, of99, read) = rates.Now;
        return new
        {
            silo = silo.Name,
            cluster = names.Value.ClusterId,
            version = Version,
            rows = asked.Sum(of => of.Sum(shard => shard.Rows)),
            memory_used = memory.UsedBytes,
            memory_limit = memory.BudgetBytes,
            latency_median_ms = median,
            latency_99_ms = of99,
            bytes_per_second = read,
            silos = silos.Select(one => new { name = one.Name, address = one.Address }),
            indexes,
            slow = slow.Recent.Reverse().Take(MaxSlow).Select(SlowOf),
        };
    }

    private async Task<(IReadOnlyList<SiloDescription> Silos, IndexList Indexes)> ListAsync(CancellationToken cancellation)
    {
        try
        {
            return (await client.ListSilosAsync(cancellation), await client.ListAsync(cancellation));
        }
        catch (OperationCanceledException)
        {
            throw FlatIndexException.Unavailable($"the cluster does not tell its silos and indexes within {Patience.TotalSeconds:0} s");
        }
    }

    private static object IndexOf(IndexDescription description, Shard[] shards) => new
    {
        name = description.Name,
        vectors = (description.Settings.Parts ?? Enumerable.Repeat(new VectorPart("", description.Settings.Dimension, description.Settings.Metric), 1))
            .Select(vector => new { name = vector.Name, dimension = vector.Dimension, metric = vector.Metric.ToString() }),
        rows = shards.Sum(shard => shard.Rows),
        memory = shards.Sum(shard => shard.Memory),
        stored = shards.Sum(shard => shard.Stored),
        damaged = (string?)null,
        shards,
    };

    private static object SlowOf(SlowSearch search) => new
    {
        at = search.At,
        index = search.Index,
        ms = search.Elapsed.TotalMilliseconds,
        queries = search.Queries,
        k = search.K,
        filter = search.Filter,
        error = search.Error,
        rows = search.Shards.Sum(shard => shard.Rows),
        filtered = search.Shards.Sum(shard => shard.Filtered),
        pruned = search.Shards.Sum(shard => shard.Pruned),
        scanned = search.Shards.Sum(shard => shard.Scanned),
        bytes = search.Shards.Sum(shard => shard.BytesRead),
        slowest = search.Shards.MaxBy(shard => shard.Elapsed) is { } shard ? $"{shard.Shard} on {shard.Silo}" : "",
    };

    private async Task<Shard[]> ShardsAsync(IndexDescription index, CancellationToken cancellation)
    {
        try
        {
            var places = await client.LocateShardsAsync(index.Name, cancellation);
            return await Task.WhenAll(places.Select(place => place.Silo.Length == 0 ? Task.FromResult(new Shard(place.Shard, "", 0, 0, 0, false, null)) : AskAsync(index, place, cancellation)));
        }
        catch (FlatIndexException gone)
        {
            return [new(0, "", 0, 0, 0, false, gone.Message)];
        }
        catch (Exception error) when (error is OrleansException or TimeoutException or OperationCanceledException)
        {
            return [new(0, "", 0, 0, 0, false, "does not answer")];
        }
    }

    private async Task<Shard> AskAsync(IndexDescription index, ShardLocation place, CancellationToken cancellation)
    {
        try
        {
            var stats = await cluster.GetGrain<IShardGrain>(index.ShardKey(place.Shard)).ReportShard(index.Epoch, cancellation).WaitAsync(cancellation);
            return new(place.Shard, place.Silo, stats.Vectors, stats.MemoryBytes, stats.DiskBytes, false, null);
        }
        catch (FlatIndexException error)
        {
            return new(place.Shard, place.Silo, 0, 0, 0, error.Kind == FlatErrorKind.Loading, error.Message);
        }
        catch (Exception error) when (error is OrleansException or TimeoutException or OperationCanceledException)
        {
            return new(place.Shard, place.Silo, 0, 0, 0, false, "does not answer");
        }
    }

    private sealed record Shard(
        [property: JsonPropertyName("shard")] int Number, string Silo, long Rows, long Memory, long Stored, bool Loading, string? Error);
}

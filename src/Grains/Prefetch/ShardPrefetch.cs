using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Coordinator;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Metadata;

namespace IqdbFlat.Grains.Prefetch;

/// <summary>
/// Activates every shard of every index when the silo has started and enough silos are there, so that the first search does not pay for the loading, and
/// so that a cluster that comes up silo by silo does not put everything on the first. It runs beside the silo's work: nothing waits for it, and nothing
/// that goes wrong in it stops the silo.
/// </summary>
internal sealed partial class ShardPrefetch(
    IGrainFactory grains,
    IClusterManifestProvider manifests,
    IOptions<IqdbFlatGrainsOptions> options,
    TimeProvider time,
    ILogger<ShardPrefetch> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int AskedAtOnce = 64;

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _gated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Retry _retry = new(time);

    /// <summary>Ends when the silo has found too few others and waits for them.</summary>
    internal Task Gated => _gated.Task;

    /// <summary>Ends with the prefetch: the number of shards that have loaded.</summary>
    internal Task<int> Finished { get; private set; } = Task.FromResult(0);

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(ShardPrefetch), ServiceLifecycleStage.Active + 1, StartAsync, StopAsync);

    public void Dispose() => _stop.Dispose();

    private Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.ExpectedSilos > 0)
            Finished = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await Finished.WaitAsync(cancellationToken);
    }

    private async Task<int> RunAsync()
    {
        try
        {
            await EnoughSilosAsync();
            long started = time.GetTimestamp();
            int loaded = 0;
            foreach (string name in await AskAsync(() => grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).ListNames(_stop.Token)))
                loaded += await LoadIndexAsync(name);
            LogLoaded(loaded, time.GetElapsedTime(started).TotalSeconds);
            return loaded;
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            // The first search activates what is not: a slow first search is no reason to be without a silo.
            LogFailed(e);
            return 0;
        }
        catch (Exception e)
        {
            LogStopped(e);
            return 0;
        }
    }

    /// <summary>
    /// Counts the silos that placement knows: one becomes active some time before the others have learnt which grains it takes, and until then it is
    /// given none.
    /// </summary>
    private async Task EnoughSilosAsync()
    {
        int expected = options.Value.ExpectedSilos;
        await foreach (var manifest in manifests.Updates.WithCancellation(_stop.Token))
        {
            int active = manifest.Silos.Count;
            if (active >= expected)
                return;
            if (_gated.TrySetResult())
                LogWaiting(expected, active);
        }
    }

    /// <summary>Loads an index's shards; one that cannot be loaded is told in the log and keeps no other from it.</summary>
    private async Task<int> LoadIndexAsync(string name)
    {
        IndexDescription description;
        try
        {
            description = await AskAsync(() => grains.GetGrain<IIndexGrain>(name).DescribeIndex(_stop.Token));
        }
        catch (FlatIndexException e) when (e.Kind == FlatErrorKind.IndexNotFound)
        {
            // A name stands in the catalog before its index is made and after it is gone.
            return 0;
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            LogIndexSkipped(e, name);
            return 0;
        }

        int loaded = 0;
        var limits = new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = _stop.Token };
        await Parallel.ForEachAsync(Enumerable.Range(0, description.Settings.Shards), limits, async (shard, _) =>
        {
            if (await TryLoadAsync(description, shard))
                Interlocked.Increment(ref loaded);
        });
        return loaded;
    }

    private async Task<bool> TryLoadAsync(IndexDescription description, int shard)
    {
        try
        {
            await AskAsync(() => grains.GetGrain<IShardGrain>(description.ShardKey(shard)).ReportShard(description.Epoch, _stop.Token));
            return true;
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            LogShardSkipped(e, description.Name, shard);
            return false;
        }
    }

    private Task<T> AskAsync<T>(Func<Task<T>> call) => _retry.ReadAsync(call, shard: null, _stop.Token);

    [LoggerMessage(LogLevel.Information, "Waiting for {Expected} silos before shards are loaded; {Active} active.")]
    private partial void LogWaiting(int expected, int active);

    [LoggerMessage(LogLevel.Information, "All shards of all indexes are loaded, {Shards} in {Seconds:0.0} s.")]
    private partial void LogLoaded(int shards, double seconds);

    [LoggerMessage(LogLevel.Warning, "Index {Index} was not loaded ahead of its first search.")]
    private partial void LogIndexSkipped(Exception exception, string index);

    [LoggerMessage(LogLevel.Warning, "Shard {Shard} of index {Index} was not loaded ahead of its first search.")]
    private partial void LogShardSkipped(Exception exception, string index, int shard);

    [LoggerMessage(LogLevel.Warning, "Shards were not loaded ahead of their first search.")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Debug, "The silo stopped before all shards were loaded.")]
    private partial void LogStopped(Exception exception);
}

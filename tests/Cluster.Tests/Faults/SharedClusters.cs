using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Tests.Servers;

namespace IqdbFlat.Cluster.Tests.Faults;

/// <summary>A cluster for each store, for tests whose silos live on: what is written gathers in one ledger, and each test holds all of it against the index. One that a test fails on is not used again.</summary>
public sealed class SharedClusters : IAsyncDisposable
{
    private readonly Dictionary<ChaosStorage, FaultyCluster> _clusters = [];

    /// <summary>Does something to a store while writers write, and compares everything when it is over.</summary>
    internal async Task AfterAsync(ChaosStorage storage, Func<FaultyCluster, Task> fault)
    {
        PrivateServers.SkipWithout(PrivateServers.Missing);
        if (_clusters.TryGetValue(storage, out var cluster))
            await cluster.WriteAsync();
        else
            _clusters.Add(storage, cluster = await FaultyCluster.StartAsync(storage, 2));
        try
        {
            await fault(cluster);
            await cluster.GoesOnWithEverythingAsync();
        }
        catch
        {
            _clusters.Remove(storage);
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var cluster in _clusters.Values)
            await cluster.DisposeAsync();
    }
}

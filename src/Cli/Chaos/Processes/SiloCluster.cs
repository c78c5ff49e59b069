using System.Net;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Client;

namespace IqdbFlat.Cli.Chaos.Processes;

/// <summary>Silos of one cluster, each in a process of its own, on this machine.</summary>
internal sealed class SiloCluster : IAsyncDisposable
{
    private readonly string _clusterId;
    private readonly string _serviceId;

    /// <summary>Settles the silos' endpoints; nothing runs yet.</summary>
    /// <param name="guard">Kills the silos when this process ends.</param>
    /// <param name="program">What to run.</param>
    /// <param name="count">How many silos.</param>
    /// <param name="folder">Where they run and their logs lie.</param>
    /// <param name="settings">Settings of the section <c>IqdbFlat</c> that all share, <c>Silo:ClusterId</c> and <c>Silo:ServiceId</c> among them; ports are added.</param>
    public SiloCluster(ProcessGuard guard, SiloProgram program, int count, string folder, IReadOnlyDictionary<string, string> settings)
    {
        (_clusterId, _serviceId) = (settings["Silo:ClusterId"], settings["Silo:ServiceId"]);
        Silos = [.. Enumerable.Range(1, count).Select(number => new SiloProcess(guard, program, $"{_clusterId}-silo-{number}", folder, settings))];
    }

    /// <summary>The silos.</summary>
    public IReadOnlyList<SiloProcess> Silos { get; }

    /// <summary>The last lines of all logs.</summary>
    public string LogTails => string.Join('\n', Silos.Select(silo => silo.LogTail));

    /// <summary>Starts those that do not run, all at once, and waits until all are ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(Silos.Where(silo => !silo.IsRunning).Select(silo => silo.StartAsync(cancellationToken)));

    /// <summary>A client of all gateways, which finds its way back when they were gone.</summary>
    public Task<ClusterConnection> ConnectAsync(Action<IqdbFlatClientOptions>? configure, CancellationToken cancellationToken) =>
        ConnectAsync(Silos, configure, cancellationToken);

    /// <summary>A client of some of the silos.</summary>
    public Task<ClusterConnection> ConnectAsync(IEnumerable<SiloProcess> silos, Action<IqdbFlatClientOptions>? configure, CancellationToken cancellationToken) =>
        ClusterConnection.ConnectAsync(_clusterId, _serviceId, [.. silos.Select(silo => silo.Gateway)], configure, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var silo in Silos)
            await silo.DisposeAsync();
    }
}

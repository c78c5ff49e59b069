using System.Net;
using IqdbFlat.Client;
using IqdbFlat.Silo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace IqdbFlat.Cli.Cluster;

/// <summary>A cluster in this process: silos that speak TCP over loopback, on free ports, with records in memory, and a client of their gateways.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly List<WebApplication> _silos = [];
    private readonly string _clusterId = $"local-{Guid.NewGuid():n}";
    private ClusterConnection? _connection;

    private LocalCluster()
    {
    }

    /// <summary>The cluster's indexes.</summary>
    public IFlatIndexClient Client => _connection!.Client;

    /// <summary>Starts silos and connects.</summary>
    /// <param name="silos">How many, 1 or more.</param>
    /// <param name="cancellationToken">Gives up; what was started is stopped.</param>
    public static async Task<LocalCluster> StartAsync(int silos, CancellationToken cancellationToken)
    {
        var cluster = new LocalCluster();
        try
        {
            await cluster.StartSilosAsync(silos, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();

        // The first keeps the list of members, so it goes last.
        foreach (var silo in Enumerable.Reverse(_silos))
        {
            await silo.StopAsync(CancellationToken.None);
            await silo.DisposeAsync();
        }
    }

    private async Task StartSilosAsync(int count, CancellationToken cancellationToken)
    {
        var gateways = new IPEndPoint[count];
        string primary = "";
        for (int i = 0; i < count; i++)
        {
            var silo = SiloHost.Create(MemorySilo.Options(_clusterId, primary));
            _silos.Add(silo);
            await silo.StartAsync(cancellationToken);
            var addresses = silo.Services.GetRequiredService<SiloAddresses>();
            gateways[i] = addresses.Gateway;
            if (i == 0)
                primary = addresses.Silo.ToString();
        }

        _connection = await ClusterConnection.ConnectAsync(_clusterId, gateways, null, cancellationToken);
    }
}

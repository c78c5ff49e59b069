using System.Net;
using IqdbFlat.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace IqdbFlat.Cli.Cluster;

/// <summary>A client of a cluster outside of it, over TCP, by the gateways that are named.</summary>
internal sealed class ClusterConnection : IAsyncDisposable
{
    private readonly IHost _host;

    private ClusterConnection(IHost host) => _host = host;

    /// <summary>The cluster's indexes.</summary>
    public IFlatIndexClient Client => _host.Services.GetRequiredService<IFlatIndexClient>();

    /// <summary>Connects.</summary>
    /// <param name="clusterId">The cluster's name, which is also its service's.</param>
    /// <param name="gateways">The gateways.</param>
    /// <param name="configure">Changes the client's settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ClusterConnection> ConnectAsync(
        string clusterId, IPEndPoint[] gateways, Action<IqdbFlatClientOptions>? configure, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(gateways);
            client.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = clusterId);
        });
        builder.Services.AddIqdbFlatClient(configure);
        var connection = new ClusterConnection(builder.Build());
        try
        {
            await connection._host.StartAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}

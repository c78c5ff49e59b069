using System.Net;
using IqdbFlat.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace IqdbFlat.Silo.Tests.Connections;

/// <summary>A client in a host of its own, which reaches the silo through its gateway as any service would.</summary>
internal sealed class OutsideClient : IAsyncDisposable
{
    private readonly IHost _host;

    private OutsideClient(IHost host) => _host = host;

    public IFlatIndexClient Indexes => _host.Services.GetRequiredService<IFlatIndexClient>();

    public IClusterClient Grains => _host.Services.GetRequiredService<IClusterClient>();

    /// <summary>Connects; one try.</summary>
    public static async Task<OutsideClient> ConnectAsync(IPEndPoint gateway, Action<IqdbFlatClientOptions>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.UseOrleansClient(client => client
            .UseStaticClustering(gateway)
            .UseConnectionRetryFilter((_, _) => Task.FromResult(false))
            .Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = ("iqdbflat", "iqdbflat"))
            .Configure<ConnectionOptions>(connection => connection.OpenConnectionTimeout = TimeSpan.FromMinutes(1)));
        builder.Services.AddIqdbFlatClient(configure);
        var host = builder.Build();
        try
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            return new(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}

using System.Net;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Clustering;
using IqdbFlat.Silo.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace IqdbFlat.Cli.Cluster;

/// <summary>A client of a running cluster. It says nothing by itself: no log reaches the terminal.</summary>
internal sealed class ClusterConnection : IAsyncDisposable
{
    /// <summary>Taking leave is a courtesy: a cluster that is gone must not keep the tool.</summary>
    private static readonly TimeSpan TimeToLeave = TimeSpan.FromSeconds(2);

    /// <summary>For a cluster in this process, which is there.</summary>
    private static readonly TimeSpan TimeToConnect = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan TimeToTryGatewaysAgain = TimeSpan.FromSeconds(1);

    private readonly IHost _host;
    private readonly TimeProvider _time;

    private ClusterConnection(IHost host, TimeProvider time) => (_host, _time) = (host, time);

    /// <summary>The indexes of the cluster.</summary>
    public IFlatIndexClient Client => _host.Services.GetRequiredService<IFlatIndexClient>();

    /// <summary>The grains of the cluster, for what the indexes do not show.</summary>
    public IGrainFactory Grains => _host.Services.GetRequiredService<IClusterClient>();

    /// <summary>What Orleans tells of the cluster itself, its list of members above all.</summary>
    public IManagementGrain Management => _host.Services.GetRequiredService<IClusterClient>().GetGrain<IManagementGrain>(0);

    /// <summary>Connects.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.Unavailable"/>, naming the gateways, when the cluster cannot be reached within the timeout.</exception>
    public static async Task<ClusterConnection> OpenAsync(ConnectionSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        using var clock = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        string place = $"at the gateway {string.Join(", ", settings.Gateways)}";
        try
        {
            Action<IClientBuilder> find;
            if (ClusterMembers.IsServer(settings.Clustering.Provider))
            {
                place = "by the list of its silos";
                place += $" in {await ClusterMembers.CheckAsync(settings.Clustering, either.Token)}";
                find = client => client.UseMembers(settings.Clustering);
            }
            else
            {
                var endpoints = new List<IPEndPoint>();
                foreach (var gateway in settings.Gateways)
                    endpoints.AddRange(await gateway.ResolveAsync(either.Token));
                find = client => client.UseStaticClustering([.. endpoints]);
            }

            // The command's clock is to end first, for it says what it waited for; Orleans' own is longer.
            var host = Build(settings.ClusterId, settings.ServiceId, find, settings.Timeout * 2, client =>
                (client.Deadline, client.GatewayKey, client.Tls) = (settings.Timeout, settings.GatewayKey, settings.Tls));
            return await StartAsync(host, time, either.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(settings, place, $"no answer within {settings.Timeout.TotalSeconds:0.###} s", error);
        }
        catch (OptionsValidationException error)
        {
            throw new FlatIndexException(FlatIndexException.InvalidConfig(string.Join(' ', error.Failures).TrimEnd('.')).Error, error);
        }
        catch (Exception error) when (error is OrleansException or IOException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw Unreachable(settings, place, "it let no client in; a silo of that cluster must be running there", error);
        }
    }

    /// <summary>Connects to a cluster that this process itself has started.</summary>
    /// <param name="clusterId">The cluster's name, which is also its service's.</param>
    /// <param name="gateways">The gateways.</param>
    /// <param name="configure">Changes the client's settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<ClusterConnection> ConnectAsync(
        string clusterId, IPEndPoint[] gateways, Action<IqdbFlatClientOptions>? configure, CancellationToken cancellationToken) =>
        ConnectAsync(clusterId, clusterId, gateways, configure, cancellationToken);

    /// <summary>Connects to a cluster that this process itself has started, under a service's name of its own.</summary>
    public static Task<ClusterConnection> ConnectAsync(
        string clusterId, string serviceId, IPEndPoint[] gateways, Action<IqdbFlatClientOptions>? configure, CancellationToken cancellationToken) =>
        StartAsync(Build(clusterId, serviceId, client => client.UseStaticClustering(gateways), TimeToConnect, configure), TimeProvider.System, cancellationToken);

    /// <summary>Takes leave of the cluster.</summary>
    public async ValueTask DisposeAsync()
    {
        using var clock = new CancellationTokenSource(TimeToLeave, _time);
        await _host.StopAsync(clock.Token).WaitAsync(clock.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _host.Dispose();
    }

    private static IHost Build(
        string clusterId, string serviceId, Action<IClientBuilder> find, TimeSpan timeToConnect, Action<IqdbFlatClientOptions>? configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        // Ctrl-C is the command's: it ends the work first and the connection after it.
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.UseOrleansClient(client =>
        {
            find(client);
            // A trace goes on in the cluster; where nobody traces there is none to pass on.
            client.AddActivityPropagation();
            client
                // A person waits: a gateway that refuses is told at once. Scripts that want to wait call again.
                .UseConnectionRetryFilter((_, _) => Task.FromResult(false))
                .Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (clusterId, serviceId))
                // Looking at the list again is what makes gateways that were gone be tried again.
                .Configure<GatewayOptions>(gateway => gateway.GatewayListRefreshPeriod = TimeToTryGatewaysAgain)
                .Configure<ConnectionOptions>(connection => connection.OpenConnectionTimeout = timeToConnect);
        });
        builder.Services.AddIqdbFlatClient(configure);
        return builder.Build();
    }

    private static async Task<ClusterConnection> StartAsync(IHost host, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = host.StartAsync(cancellationToken);
        try
        {
            await start.WaitAsync(cancellationToken);
            return new(host, time);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    private static FlatIndexException Unreachable(ConnectionSettings settings, string place, string reason, Exception inner) =>
        new(FlatIndexException.Unavailable($"the cluster '{settings.ClusterId}' cannot be reached {place}: {reason}").Error, inner);
}

using System.Net;
using IqdbFlat.Client;
using IqdbFlat.Silo.Clustering;
using Orleans.Configuration;
using Orleans.Dashboard;

namespace IqdbFlat.Silo.Hosting;

/// <summary>Turns a silo's settings into Orleans' own.</summary>
internal static class SiloSetup
{
    // A silo that scans at full load answers late, and with two silos one vote evicts: never let probes adapt below this.
    private static readonly TimeSpan ShortestProbe = TimeSpan.FromSeconds(5);

    // Silos that join look at the list of those that are there. Where all were killed at once, each would wait for the others' former lives until it looks again, a minute by default.
    private static readonly TimeSpan MembershipRefresh = TimeSpan.FromSeconds(5);

    // Where Orleans closes a connection. Clients cut batches far below.
    private const int MaxMessageBytes = 100 * 1024 * 1024;

    public static void Configure(ISiloBuilder silo, IqdbFlatSiloOptions options, IPEndPoint siloEndpoint, IPEndPoint gatewayEndpoint)
    {
        silo.Configure<ClusterOptions>(cluster =>
        {
            cluster.ClusterId = options.Silo.ClusterId;
            cluster.ServiceId = options.Silo.ServiceId;
        });
        ConfigureEndpoints(silo, options.Silo, siloEndpoint, gatewayEndpoint);
        ConfigureClustering(silo, options.Clustering, siloEndpoint);
        ConfigureMessages(silo);
        silo.Configure<ClusterMembershipOptions>(membership => membership.TableRefreshTimeout = MembershipRefresh);
        silo.AddIqdbFlat(grains =>
        {
            grains.ScanThreads = options.Scan.Threads;
            grains.MemoryBudgetBytes = options.Memory.BudgetBytes;
            grains.CheckpointLogRecords = options.Storage.CheckpointRecords;
        });
        ConfigureStorage(silo, options.Storage);
        if (options.Dashboard.Enabled)
            silo.AddDashboard();
        silo.Services.AddIqdbFlatClient();
    }

    private static void ConfigureEndpoints(ISiloBuilder silo, SiloOptions options, IPEndPoint siloEndpoint, IPEndPoint gatewayEndpoint) =>
        silo.Configure<EndpointOptions>(endpoints =>
        {
            var bind = IPAddress.Parse(options.BindAddress);
            endpoints.AdvertisedIPAddress = siloEndpoint.Address;
            endpoints.SiloPort = siloEndpoint.Port;
            endpoints.GatewayPort = gatewayEndpoint.Port;
            endpoints.SiloListeningEndpoint = new(bind, siloEndpoint.Port);
            endpoints.GatewayListeningEndpoint = new(bind, gatewayEndpoint.Port);
        });

    private static void ConfigureClustering(ISiloBuilder silo, ClusteringOptions options, IPEndPoint siloEndpoint)
    {
        switch (options.Provider)
        {
            case ClusteringProvider.Redis:
                silo.UseRedisMembers(options.ConnectionString);
                break;
            case ClusteringProvider.PostgreSql:
                silo.UsePostgreSqlMembers(options.ConnectionString);
                break;
            default:
                silo.UseDevelopmentClustering(options.PrimaryEndpoint.Length > 0 ? IPEndPoint.Parse(options.PrimaryEndpoint) : siloEndpoint);
                break;
        }

        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = ShortestProbe;
            membership.MinProbeTimeout = ShortestProbe;
        });
    }

    private static void ConfigureStorage(ISiloBuilder silo, StorageOptions options) => _ = options.Provider switch
    {
        StorageProvider.PostgreSql => silo.AddPostgreSqlRecords(options.ConnectionString),
        StorageProvider.Redis => silo.AddRedisRecords(options.ConnectionString),
        StorageProvider.Memory => silo.AddMemoryRecords(),
        _ => silo.AddSqliteRecords(options.ResolvePath()),
    };

    private static void ConfigureMessages(ISiloBuilder silo)
    {
        silo.Configure<SiloMessagingOptions>(messages =>
        {
            // A call that was given up must not leave its scan running.
            messages.CancelRequestOnTimeout = true;
            messages.MaxMessageBodySize = MaxMessageBytes;
        });
        // Shards hold their rows in memory by design and have a budget; shedding them would only load them again.
        silo.Configure<GrainCollectionOptions>(collection => collection.EnableActivationSheddingOnMemoryPressure = false);
    }
}

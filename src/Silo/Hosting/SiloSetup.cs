using System.Net;
using IqdbFlat.Client;
using IqdbFlat.Client.Connections;
using IqdbFlat.Silo.Clustering;
using Orleans.Configuration;
using Orleans.Dashboard;

namespace IqdbFlat.Silo.Hosting;

/// <summary>Turns a silo's settings into Orleans' own.</summary>
internal static class SiloSetup
{
    // Where Orleans closes a connection. Clients cut batches far below.
    private const int MaxMessageBytes = 100 * 1024 * 1024;

    // Every pod has it.
    private const string KubernetesVariable = "KUBERNETES_SERVICE_HOST";

    public static void Configure(ISiloBuilder silo, IqdbFlatSiloOptions options, IPEndPoint siloEndpoint, IPEndPoint gatewayEndpoint)
    {
        silo.Configure<ClusterOptions>(cluster =>
        {
            cluster.ClusterId = options.Silo.ClusterId;
            cluster.ServiceId = options.Silo.ServiceId;
        });
        silo.Configure<Orleans.Configuration.SiloOptions>(name => name.SiloName = options.Silo.Name.Length > 0 ? options.Silo.Name : siloEndpoint.ToString());
        ConfigureEndpoints(silo, options.Silo, siloEndpoint, gatewayEndpoint);
        ConfigureConnections(silo, options.Connections);
        ConfigureClustering(silo, options.Clustering, siloEndpoint);
        silo.Configure<ClusterMembershipOptions>(MembershipTimes.Configure);
        ConfigureMessages(silo);
        silo.AddIqdbFlat(grains =>
        {
            grains.ScanThreads = options.Scan.Threads;
            grains.MemoryBudgetBytes = options.Memory.BudgetBytes;
            grains.ExpectedSilos = options.Prefetch.ExpectedSilos;
            grains.CheckpointLogRecords = options.Storage.CheckpointRecords;
            grains.LargeRecordBytes = options.Storage.LargeRecordBytes;
            grains.ClientsReachOnlyIndexes = true;
            grains.SlowSearch = options.Telemetry.SlowSearch;
        });

        // A caller's trace goes on through the grains that its call reaches.
        silo.AddActivityPropagation();
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

    private static void ConfigureConnections(ISiloBuilder silo, ConnectionsOptions options)
    {
        var identity = options.Tls.Certificate.Length > 0 ? Identity.Read(options.Tls, AccessCheck.TlsSection, isSilo: true) : null;
        var (gatewayKey, siloKey) = (Proof(options.GatewayKey), Proof(options.SiloKey));
        silo.Configure<SiloConnectionOptions>(connections =>
        {
            connections.ConfigureGatewayInboundConnection(connection => connection.LetIn(identity, gatewayKey, silosOnly: false));
            connections.ConfigureSiloInboundConnection(connection => connection.LetIn(identity, siloKey, silosOnly: true));
            connections.ConfigureSiloOutboundConnection(connection => connection.Enter(identity, siloKey));
        });
    }

    private static KeyProof? Proof(string key) => key.Length > 0 ? new(key) : null;

    private static void ConfigureClustering(ISiloBuilder silo, ClusteringOptions options, IPEndPoint siloEndpoint)
    {
        if (options.Kubernetes)
        {
            if (Environment.GetEnvironmentVariable(KubernetesVariable) is null)
                throw FlatIndexException.InvalidConfig($"{IqdbFlatSiloOptions.Section}:Clustering:Kubernetes is for a silo in a pod: there is no variable {KubernetesVariable}");
            silo.UseKubernetesHosting();
        }

        if (ClusterMembers.IsServer(options.Provider))
            silo.UseMembers(options);
        else
            silo.UseDevelopmentClustering(options.PrimaryEndpoint.Length > 0 ? IPEndPoint.Parse(options.PrimaryEndpoint) : siloEndpoint);
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

using IqdbFlat.Silo;

namespace IqdbFlat.Cli.Cluster;

/// <summary>The settings of a silo for a trial: loopback, free ports, records in memory, no dashboard.</summary>
internal static class MemorySilo
{
    /// <summary>The settings.</summary>
    /// <param name="clusterId">The cluster's name, which is also its service's.</param>
    /// <param name="primary">The first silo's endpoint; empty for the first silo itself.</param>
    /// <param name="scanThreads">Threads that scan; 0 for one a processor.</param>
    public static IqdbFlatSiloOptions Options(string clusterId, string primary = "", int scanThreads = 0) => new()
    {
        Silo = { ClusterId = clusterId, ServiceId = clusterId, SiloPort = 0, GatewayPort = 0, HttpPort = 0 },
        Clustering = { PrimaryEndpoint = primary },
        Storage = { Provider = StorageProvider.Memory },
        Dashboard = { Enabled = false },
        Scan = { Threads = scanThreads },
    };
}

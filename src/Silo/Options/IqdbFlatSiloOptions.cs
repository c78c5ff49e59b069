namespace IqdbFlat.Silo;

/// <summary>All settings of a silo: the section <c>IqdbFlat</c> of appsettings, environment (<c>IqdbFlat__Silo__HttpPort</c>) and command line (<c>--IqdbFlat:Silo:HttpPort 0</c>).</summary>
public sealed class IqdbFlatSiloOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "IqdbFlat";

    /// <summary>Addresses, ports and names.</summary>
    public SiloOptions Silo { get; set; } = new();

    /// <summary>How silos find each other.</summary>
    public ClusteringOptions Clustering { get; set; } = new();

    /// <summary>Where records are kept.</summary>
    public StorageOptions Storage { get; set; } = new();

    /// <summary>The Orleans Dashboard, and the key of everything on HTTP.</summary>
    public DashboardOptions Dashboard { get; set; } = new();

    /// <summary>Scan threads.</summary>
    public ScanOptions Scan { get; set; } = new();

    /// <summary>Memory for rows.</summary>
    public MemoryOptions Memory { get; set; } = new();

    /// <summary>Metrics, traces and the log of slow searches.</summary>
    public TelemetryOptions Telemetry { get; set; } = new();

    /// <summary>Loading shards ahead of their first search.</summary>
    public PrefetchOptions Prefetch { get; set; } = new();

    /// <summary>Who may connect as a client or as a silo.</summary>
    public ConnectionsOptions Connections { get; set; } = new();
}

namespace IqdbFlat.Silo;

/// <summary>Addresses, ports and names of a silo: <c>IqdbFlat:Silo</c>.</summary>
public sealed class SiloOptions
{
    /// <summary>The cluster's name: silos and clients of one name belong together. <c>iqdbflat</c>.</summary>
    public string ClusterId { get; set; } = "iqdbflat";

    /// <summary>The service's name, which outlives clusters: stored records belong to it. <c>iqdbflat</c>.</summary>
    public string ServiceId { get; set; } = "iqdbflat";

    /// <summary>The silo's name, by which people move shards to it; empty for its endpoint for other silos, as in <c>127.0.0.1:11111</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>The IP address that silo, gateway and HTTP listen on; <c>0.0.0.0</c> or <c>::</c> for all. Loopback, <c>127.0.0.1</c>.</summary>
    public string BindAddress { get; set; } = "127.0.0.1";

    /// <summary>The IP address that other silos and clients reach this one by; empty for <see cref="BindAddress"/>. Needed where that is all addresses.</summary>
    public string AdvertisedAddress { get; set; } = "";

    /// <summary>The port for other silos; 0 for a free one. 11111.</summary>
    public int SiloPort { get; set; } = 11_111;

    /// <summary>The port for clients; 0 for a free one. 30000.</summary>
    public int GatewayPort { get; set; } = 30_000;

    /// <summary>The port of health, dashboard and pages; 0 for a free one. 8080.</summary>
    public int HttpPort { get; set; } = 8_080;

    /// <summary>How long a stop may take before it is forced: a second to an hour. One minute.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromMinutes(1);
}

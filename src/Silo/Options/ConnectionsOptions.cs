using IqdbFlat.Client;

namespace IqdbFlat.Silo;

/// <summary>
/// Who may connect to the gateway and to the port for silos: <c>IqdbFlat:Connections</c>. Beyond loopback a silo has both keys, or TLS, or all of it.
/// </summary>
/// <remarks>
/// A key is proved by both ends of a new connection and never sent. It says who may come in; what follows is not encrypted, so keys alone belong inside a network that is one's own.
/// </remarks>
public sealed class ConnectionsOptions
{
    /// <summary>
    /// The key that clients must know; empty for none. 16 to 256 printable ASCII characters without spaces. Put it into the environment
    /// (<c>IqdbFlat__Connections__GatewayKey</c>).
    /// </summary>
    public string GatewayKey { get; set; } = "";

    /// <summary>The key that silos must know to talk to each other; the same for all silos of a cluster, and another than clients have. As <see cref="GatewayKey"/>.</summary>
    public string SiloKey { get; set; } = "";

    /// <summary>Certificates, for encrypted connections on which both ends show who they are.</summary>
    public TlsFiles Tls { get; set; } = new();
}

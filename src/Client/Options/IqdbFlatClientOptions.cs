using IqdbFlat.Abstractions;

namespace IqdbFlat.Client;

/// <summary>Settings of the client. Checked when the host starts; a bad one is an <c>OptionsValidationException</c> that says what is accepted.</summary>
public sealed class IqdbFlatClientOptions
{
    /// <summary>
    /// The longest deadline a call may have: a minute below the time after which Orleans itself gives a call up, so that the cluster's own answer always comes first.
    /// </summary>
    public static readonly TimeSpan MaxDeadline = RequestLimits.Deadline;

    /// <summary>How long a call may take where it names no deadline of its own, waiting and retrying included. 30 seconds.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Rows of one message, at most: 1 to 100,000. A longer batch is cut. 10,000.</summary>
    public int BatchRows { get; set; } = 10_000;

    /// <summary>
    /// Bytes of rows or queries in one message, at most: 512 KiB (a row never has more) to 64 MiB. A longer batch is cut. 8 MiB,
    /// well below the 100 MiB at which Orleans closes a connection.
    /// </summary>
    public int BatchBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>
    /// Coordinator keys that calls take in turn: 1 to 1,024. A client outside the cluster reaches one key through one gateway, so several keys spread the load
    /// over the silos. 16.
    /// </summary>
    public int CoordinatorKeys { get; set; } = 16;

    /// <summary>
    /// The key of the cluster's gateways, which both ends of a connection prove to know and never send; empty for none. A secret: put it into the environment. For a client of
    /// <c>UseOrleansClient</c>; one that a silo hosts has no connection.
    /// </summary>
    public string GatewayKey { get; set; } = "";

    /// <summary>The client's certificate and whom it believes, for gateways that speak TLS.</summary>
    public TlsFiles Tls { get; set; } = new();
}

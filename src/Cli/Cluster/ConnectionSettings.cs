using IqdbFlat.Client;
using IqdbFlat.Silo;

namespace IqdbFlat.Cli.Cluster;

/// <summary>Which cluster to talk to, and how long to wait for it.</summary>
/// <param name="Gateways">Where clients are let in; one that answers is enough.</param>
/// <param name="ClusterId">The cluster's name.</param>
/// <param name="ServiceId">The service's name.</param>
/// <param name="Timeout">How long connecting may take, and after it each call.</param>
/// <param name="Clustering">Who lists the gateways; with Localhost, <paramref name="Gateways"/> are all there are.</param>
/// <param name="GatewayKey">The key of the gateways; empty for none.</param>
/// <param name="Tls">The certificate to show them, and whom to believe.</param>
internal sealed record ConnectionSettings(
    IReadOnlyList<GatewayAddress> Gateways, string ClusterId, string ServiceId, TimeSpan Timeout, ClusteringOptions Clustering, string GatewayKey, TlsFiles Tls);

namespace IqdbFlat.Silo;

/// <summary>How silos find each other: <c>IqdbFlat:Clustering</c>.</summary>
public sealed class ClusteringOptions
{
    /// <summary>Who keeps the list of silos. Localhost.</summary>
    public ClusteringProvider Provider { get; set; }

    /// <summary>
    /// For Localhost: the silo endpoint (<c>address:port</c>) of the first silo, which keeps the list in its memory; empty for this silo being the first. Others join it, and the cluster
    /// does not outlive it.
    /// </summary>
    public string PrimaryEndpoint { get; set; } = "";

    /// <summary>
    /// For Redis and PostgreSql: how to reach the server, in the form of StackExchange.Redis or Npgsql. It holds a password, so put it into the environment
    /// (<c>IqdbFlat__Clustering__ConnectionString</c>); no message and no log shows it.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// Whether the silo runs in a pod of Kubernetes and asks it which pods of the cluster are there, so that a silo whose pod is gone is voted out at once. The pod needs the variables
    /// and labels of Microsoft.Orleans.Hosting.Kubernetes and the right to list pods, as in deploy/kubernetes. False.
    /// </summary>
    public bool Kubernetes { get; set; }
}

/// <summary>Who keeps the list of silos.</summary>
public enum ClusteringProvider
{
    /// <summary>The first silo, in its memory: for one silo, or several on one machine.</summary>
    Localhost = 0,

    /// <summary>A Redis server.</summary>
    Redis = 1,

    /// <summary>A PostgreSQL database, version 15 or later.</summary>
    PostgreSql = 2,
}

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
}

/// <summary>Who keeps the list of silos.</summary>
public enum ClusteringProvider
{
    /// <summary>The first silo, in its memory: for one silo, or several on one machine.</summary>
    Localhost = 0,
}

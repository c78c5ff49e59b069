namespace IqdbFlat.VectorData;

/// <summary>Where a store keeps its collections.</summary>
public enum IqdbFlatStoreMode
{
    /// <summary>In this process, in memory or with a SQLite file.</summary>
    Embedded,

    /// <summary>In the silos of a cluster, by way of the container's <see cref="Client.IFlatIndexClient"/>.</summary>
    Cluster,
}

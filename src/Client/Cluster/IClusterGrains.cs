using IqdbFlat.Abstractions;

namespace IqdbFlat.Client.Cluster;

/// <summary>The grains that a client talks to: all it knows of a cluster.</summary>
internal interface IClusterGrains
{
    /// <summary>A coordinator; calls take them in turn.</summary>
    ICoordinatorGrain NextCoordinator();

    /// <summary>A grain of backups; calls take them in turn.</summary>
    IBackupGrain NextBackup();

    /// <summary>The grain of an index's name.</summary>
    IIndexGrain Index(string name);

    /// <summary>The grain of all names.</summary>
    ICatalogGrain Catalog { get; }

    /// <summary>A grain that says where shards are and moves them; calls take them in turn.</summary>
    IPlacementGrain NextPlacement();
}

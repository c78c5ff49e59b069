using IqdbFlat.Abstractions;
using IqdbFlat.Client.Cluster;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Tests.Fakes;

/// <summary>A cluster of one index, behind the same seam as a real one.</summary>
internal sealed class FakeCluster : IClusterGrains
{
    public FakeCluster(int dimension = 2, Metric metric = Metric.Euclidean)
    {
        Description = new()
        {
            Name = "docs",
            Home = "docs",
            Incarnation = "01A",
            Epoch = 1,
            Settings = new(dimension, metric, 2),
            Slots = SlotMap.Even(2),
            Created = DateTimeOffset.UnixEpoch,
        };
        Coordinator = new(this);
        Names = new(this);
    }

    public IndexDescription Description { get; set; }

    public FakeCoordinator Coordinator { get; }

    public FakeNames Names { get; }

    public FakePlacement Placement { get; } = new();

    public int Turns { get; private set; }

    public ICatalogGrain Catalog => Names;

    public ICoordinatorGrain NextCoordinator()
    {
        Turns++;
        return Coordinator;
    }

    public IBackupGrain NextBackup() => throw new NotSupportedException("Backups are tested on a cluster.");

    public IPlacementGrain NextPlacement() => Placement;

    public IIndexGrain Index(string name) => Names.Of(name);

    public IFlatIndex Open(IqdbFlatClientOptions? options = null, TimeProvider? time = null) =>
        new FlatIndexHandle(new ClusterCaller(this, time ?? TimeProvider.System), Description, options ?? new(), time ?? TimeProvider.System);

    public FlatIndexClient Client(IqdbFlatClientOptions? options = null, TimeProvider? time = null) => new(this, options ?? new(), time ?? TimeProvider.System);
}

using IqdbFlat.Abstractions;
using Orleans;

namespace IqdbFlat.Client.Cluster;

/// <summary>
/// The grains of a real cluster. A client outside it reaches one key through one gateway, so calls go round over several coordinator keys.
/// </summary>
internal sealed class ClusterGrains(IGrainFactory factory, int coordinatorKeys) : IClusterGrains
{
    // Clients start at different keys, so that many short-lived ones do not all meet at the first.
    private uint _turn = (uint)Random.Shared.Next();

    public ICatalogGrain Catalog => factory.GetGrain<ICatalogGrain>(ICatalogGrain.Key);

    public ICoordinatorGrain NextCoordinator() => factory.GetGrain<ICoordinatorGrain>(NextKey());

    public IBackupGrain NextBackup() => factory.GetGrain<IBackupGrain>(NextKey());

    public IPlacementGrain NextPlacement() => factory.GetGrain<IPlacementGrain>(NextKey());

    public IIndexGrain Index(string name) => factory.GetGrain<IIndexGrain>(name);

    private long NextKey() => Interlocked.Increment(ref _turn) % (uint)coordinatorKeys;
}

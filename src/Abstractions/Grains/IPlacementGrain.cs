using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>
/// Says which silos there are and which of them holds each shard, and moves a shard by hand. Stateless, like the coordinators; off the path of
/// searches and writes.
/// </summary>
[Alias("iqdb.IPlacementGrain")]
public interface IPlacementGrain : IGrainWithIntegerKey
{
    /// <summary>The silos that are active now.</summary>
    [Alias("ListSilos")]
    Task<SiloList> ListSilos(CancellationToken cancellationToken);

    /// <summary>Which silo holds each shard of an index, by the grain directory: no shard is activated or waited for.</summary>
    [Alias("LocateShards")]
    [ResponseTimeout("00:10:00")]
    Task<ShardPlacements> LocateShards(string index, TimeSpan deadline, CancellationToken cancellationToken);

    /// <summary>Moves a shard to a silo and waits until it serves from there.</summary>
    [Alias("MoveShard")]
    [ResponseTimeout("00:10:00")]
    Task<ShardMove> MoveShard(ShardMoveRequest request, CancellationToken cancellationToken);
}

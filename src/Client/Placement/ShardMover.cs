using System.Runtime.CompilerServices;
using IqdbFlat.Abstractions;
using IqdbFlat.Client.Cluster;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Placement;

/// <summary>Where the shards of a cluster are, and moving them.</summary>
internal sealed class ShardMover(ClusterCaller caller, TimeSpan limit)
{
    public async Task<IReadOnlyList<SiloDescription>> ListSilos(CancellationToken cancellationToken) =>
        (await caller.Ask(null, caller.Start(limit), (all, cancel) => all.NextPlacement().ListSilos(cancel), cancellationToken)).Silos;

    public async Task<IReadOnlyList<ShardLocation>> Locate(string index, CancellationToken cancellationToken)
    {
        var deadline = caller.Start(limit);
        return (await caller.Ask(
            index, deadline, (all, cancel) => all.NextPlacement().LocateShards(index, deadline.Remaining, cancel), cancellationToken)).Shards;
    }

    /// <summary>Asked again where its message was lost: a shard that is on its way, or there, is not moved twice.</summary>
    public Task<ShardMove> Move(string index, int shard, string silo, CancellationToken cancellationToken)
    {
        var deadline = caller.Start(limit);
        return caller.Ask(
            index,
            deadline,
            (all, cancel) => all.NextPlacement().MoveShard(new() { Index = index, Shard = shard, Silo = silo, Deadline = deadline.Remaining }, cancel),
            cancellationToken);
    }

    /// <summary>Moves what lies unevenly, of these indexes. A silo without room for a shard is passed over; when nothing else is left to do, the first such refusal is thrown.</summary>
    public async IAsyncEnumerable<ShardMove> Rebalance(IReadOnlyList<string> indexes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var silos = await ListSilos(cancellationToken);
        List<PlacedShard> shards = [];
        foreach (string index in indexes)
            shards.AddRange((await Locate(index, cancellationToken)).Select(shard => new PlacedShard(index, shard.Shard, shard.Address)));
        var plan = new RebalancePlan(shards, silos.Select(silo => silo.Address));
        FlatIndexException? refused = null;
        while (plan.Next() is { } move)
        {
            ShardMove moved;
            try
            {
                moved = await Move(move.Shard.Index, move.Shard.Shard, move.To, cancellationToken);
            }
            catch (FlatIndexException e) when (e.Kind == FlatErrorKind.ResourceLimitExceeded)
            {
                refused ??= e;
                plan.Refuse(move);
                continue;
            }

            plan.Done(move);
            yield return moved;
        }

        if (refused is not null)
            throw new FlatIndexException(refused.Error, refused);
    }
}

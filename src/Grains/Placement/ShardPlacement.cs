using IqdbFlat.Abstractions;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace IqdbFlat.Grains.Placement;

/// <summary>Spreads an index's shards evenly: built-in strategies do not spread a few heavy grains.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.ShardPlacement")]
internal sealed class ShardPlacement : PlacementStrategy
{
    public static ShardPlacement Instance { get; } = new();
}

/// <summary>Puts the strategy on the shard grain.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShardPlacementAttribute() : PlacementAttribute(ShardPlacement.Instance);

/// <summary>
/// Orders the compatible silos and assigns by shard number, starting where the index's own hash says, so that indexes of one
/// shard do not all meet on one silo. A placement hint, which is how an operator moves a shard, goes first.
/// </summary>
internal sealed class ShardPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        if (IPlacementDirector.GetPlacementHint(target.RequestContextData, silos) is { } hint)
            return Task.FromResult(hint);
        return Task.FromResult(Choose(ShardKey.Parse(target.GrainIdentity.Key.ToString()!), silos));
    }

    /// <summary>The choice itself: the same for every silo that sees the same silos, whatever order it sees them in.</summary>
    internal static SiloAddress Choose(in ShardKey key, SiloAddress[] silos)
    {
        var sorted = (SiloAddress[])silos.Clone();
        Array.Sort(sorted);
        ulong start = System.IO.Hashing.XxHash3.HashToUInt64(System.Text.Encoding.UTF8.GetBytes(key.Incarnation));
        return sorted[(int)((start + (ulong)key.Shard) % (ulong)sorted.Length)];
    }
}

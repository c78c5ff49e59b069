using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace IqdbFlat.Grains.Placement;

/// <summary>Puts a grain on the silo that its key names.</summary>
[GenerateSerializer, Immutable, Alias("iqdb.SiloPlacement")]
internal sealed class SiloPlacement : PlacementStrategy
{
    public static SiloPlacement Instance { get; } = new();
}

/// <summary>Puts the strategy on a grain.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SiloPlacementAttribute() : PlacementAttribute(SiloPlacement.Instance);

/// <summary>Takes the silo of the key, and no other: one that has left, or does not know the grain, is unavailable.</summary>
internal sealed class SiloPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silo = SiloAddress.FromParsableString(target.GrainIdentity.Key.ToString()!);
        return context.GetCompatibleSilos(target).Contains(silo)
            ? Task.FromResult(silo)
            : throw new SiloUnavailableException($"The silo {silo} has left, or is of a version that cannot be asked.");
    }
}

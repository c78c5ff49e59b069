using IqdbFlat.Engine.Plans;

namespace IqdbFlat.Engine.Tests.Plans;

/// <summary>Costs under which each way of reading the selected rows is the cheapest.</summary>
internal static class ForcedPlans
{
    private const double Dear = 1e12;

    public static ScanCosts Scan { get; } = new(0, 0, Dear, 0, Dear);

    public static ScanCosts Runs { get; } = new(1, 0, Dear, 0, 0);

    public static ScanCosts Gather { get; } = new(Dear, 0, 0, 0, 0);

    public static ScanCosts[] All { get; } = [Scan, Runs, Gather];
}

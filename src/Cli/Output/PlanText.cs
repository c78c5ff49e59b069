using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Output;

/// <summary>How rows were looked at, as text: <c>scan</c>, <c>gather+kept filter</c>, <c>none</c>.</summary>
internal static class PlanText
{
    private static readonly (SearchPlans Plan, string Name)[] Names =
    [
        (SearchPlans.Pruned, "pruned"),
        (SearchPlans.Scan, "scan"),
        (SearchPlans.Runs, "runs"),
        (SearchPlans.Gather, "gather"),
        (SearchPlans.KeptFilter, "kept filter"),
    ];

    /// <summary>The names of the plans, in a fixed order. A plan of a newer silo that has no name here is left out.</summary>
    public static string Of(SearchPlans plans)
    {
        string names = string.Join('+', Names.Where(name => plans.HasFlag(name.Plan)).Select(name => name.Name));
        return names.Length > 0 ? names : "none";
    }
}

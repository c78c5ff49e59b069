namespace IqdbFlat.Engine.Pruning;

/// <summary>What a run of <see cref="BoundFuzz"/> found.</summary>
/// <param name="Pairs">Pairs of a query and a row that were tried, each with one metric.</param>
/// <param name="Bounded">Of them, those whose bound says anything: the norms are in its range, and the distance is a number.</param>
/// <param name="Violations">Pairs whose bound passed the canonical distance: a search could have lost the row. Always 0, or the bound is wrong.</param>
/// <param name="TightestMargin">The least room between a bound and its distance, by the size of what is compared; below zero for a violation.</param>
/// <param name="FirstViolation">The first violation in words; null where there is none.</param>
public sealed record BoundFuzzReport(long Pairs, long Bounded, long Violations, double TightestMargin, string? FirstViolation)
{
    /// <summary>Of the violations, those of centres: a pair is held against several.</summary>
    internal long CentreViolations { get; init; }
}

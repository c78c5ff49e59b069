namespace IqdbFlat.Engine;

/// <summary>How to search, besides the query and k.</summary>
public sealed record SearchOptions
{
    /// <summary>No filter, no metadata, whatever metric the index has.</summary>
    public static SearchOptions Default { get; } = new();

    /// <summary>The condition that rows must meet; null for none.</summary>
    public Filter? Filter { get; init; }

    /// <summary>The metric the caller expects; another than the index's is <see cref="FlatErrorKind.InvalidMetric"/>. Null to take the index's.</summary>
    public Metric? Metric { get; init; }

    /// <summary>The vector that the query is measured with, where rows have several; null for the only one.</summary>
    public string? VectorName { get; init; }

    /// <summary>Whether hits carry their metadata.</summary>
    public bool IncludeMetadata { get; init; }

    /// <summary>How to go through the rows; no plan changes an answer.</summary>
    public SearchPlan Plan { get; init; }
}

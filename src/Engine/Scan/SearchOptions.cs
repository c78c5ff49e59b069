using IqdbFlat.Engine.Ranked;

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

    /// <summary>Only rows at this distance or farther count, by value, so that 0 stands for both zeros; null for any distance.</summary>
    public float? MinDistance { get; init; }

    /// <summary>Only rows at this distance or nearer count, by value, and none at a distance that is NaN; null for any. With k of <see cref="int.MaxValue"/>: all rows in a radius.</summary>
    public float? MaxDistance { get; init; }

    /// <summary>Only rows at least as similar count: with <see cref="Metric.DotProduct"/> by the product, with <see cref="Metric.Cosine"/> by 1 - distance; no other metric has one. Null for any.</summary>
    public float? MinScore { get; init; }

    /// <summary>Hits to pass over before the k that are wanted, at least 0. They count towards the cap of an answer.</summary>
    public int Skip { get; init; }

    /// <summary>The <see cref="Hit.Cursor"/> of the last hit of the page before, of a search for the same; null to begin.</summary>
    public string? Cursor { get; init; }

    /// <summary>Whether all hits at the distance of the last one come too, so that the answer may have more than k.</summary>
    public bool IncludeTies { get; init; }

    /// <summary>Whether hits carry their metadata.</summary>
    public bool IncludeMetadata { get; init; }

    /// <summary>How to go through the rows; no plan changes an answer.</summary>
    public SearchPlan Plan { get; init; }

    internal SearchBounds Bounds => new(MinDistance, MaxDistance, MinScore, Skip, Cursor);
}

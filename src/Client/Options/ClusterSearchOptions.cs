using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Ranked;

namespace IqdbFlat.Client;

/// <summary>What a search asks for besides its query and k.</summary>
/// <example>
/// <code>
/// var options = new ClusterSearchOptions { Filter = Filter.Eq("kind", "method"), IncludeMetadata = true };
/// ClusterSearchResult result = await index.SearchAsync(query, 10, options);
/// </code>
/// </example>
public sealed record ClusterSearchOptions
{
    /// <summary>The options of a search that names none.</summary>
    public static ClusterSearchOptions Default { get; } = new();

    /// <summary>Which rows count; null for all. Evaluated before any distance.</summary>
    public Filter? Filter { get; init; }

    /// <summary>The metric that the caller expects. Another than the index's is <see cref="FlatErrorKind.InvalidMetric"/>.</summary>
    public Metric? Metric { get; init; }

    /// <summary>The vector that the query is measured with, where rows have several; null for the only one. One that is not there: <see cref="FlatErrorKind.InvalidConfig"/>.</summary>
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

    /// <summary>Whether all hits at the distance of the last one come too, so that the answer may have more than k. Where there are any, a second search finds them.</summary>
    public bool IncludeTies { get; init; }

    /// <summary>Whether hits carry their metadata.</summary>
    public bool IncludeMetadata { get; init; }

    /// <summary>How shards go through their rows; no plan changes an answer.</summary>
    public SearchPlan Plan { get; init; }

    /// <summary>How much the search must have seen.</summary>
    public Freshness Freshness { get; init; }

    /// <summary>
    /// How long the call may take, above 0 and at most <see cref="IqdbFlatClientOptions.MaxDeadline"/>; null for <see cref="IqdbFlatClientOptions.Deadline"/>.
    /// Past it: <see cref="FlatErrorKind.Timeout"/>.
    /// </summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>
    /// Opt in to an answer from the shards that could be reached within the deadline. <see cref="ClusterSearchResult.Missing"/> then names those that the
    /// answer does not cover. Without it a search covers every shard or throws. Groups and fused ranks always do, and so does the second search that finds ties.
    /// </summary>
    public bool AllowPartial { get; init; }

    internal SearchBounds Bounds => new(MinDistance, MaxDistance, MinScore, Skip, Cursor);
}

using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

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
    /// answer does not cover. Without it a search covers every shard or throws.
    /// </summary>
    public bool AllowPartial { get; init; }
}

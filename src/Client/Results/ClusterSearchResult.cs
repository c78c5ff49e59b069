using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Client;

/// <summary>The answer to one search.</summary>
public sealed record ClusterSearchResult
{
    /// <summary>The nearest rows that match, nearest first; ties in the order of insertion.</summary>
    public required IReadOnlyList<Hit> Hits { get; init; }

    /// <summary>What each shard did for it, by shard number: rows, filtered, scanned, bytes, time.</summary>
    public required IReadOnlyList<ShardReport> Shards { get; init; }

    /// <summary>Shards that the answer does not cover. Always empty unless <see cref="ClusterSearchOptions.AllowPartial"/> was set.</summary>
    public required IReadOnlyList<int> Missing { get; init; }
}

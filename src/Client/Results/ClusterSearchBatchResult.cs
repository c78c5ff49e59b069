using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Client;

/// <summary>The answers to several searches, with the same bits as each alone.</summary>
public sealed record ClusterSearchBatchResult
{
    /// <summary>An answer for each query, in the queries' order.</summary>
    public required IReadOnlyList<IReadOnlyList<Hit>> Answers { get; init; }

    /// <summary>What each shard did for all of them, by shard number; counts and times are sums.</summary>
    public required IReadOnlyList<ShardReport> Shards { get; init; }

    /// <summary>Shards that some answer does not cover. Always empty unless <see cref="ClusterSearchOptions.AllowPartial"/> was set.</summary>
    public required IReadOnlyList<int> Missing { get; init; }
}

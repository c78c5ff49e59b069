using System.Collections.Concurrent;
using IqdbFlat.Abstractions;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>Counts, where they are asked for, the searches that each shard has answered.</summary>
internal sealed class AnsweredSearches : IOutgoingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, int> _answered = new(StringComparer.Ordinal);

    /// <summary>How many searches of a shard the coordinators have the answers of.</summary>
    public int Of(string shardKey) => _answered.GetValueOrDefault(shardKey);

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        await context.Invoke();
        if (context.InterfaceMethod.DeclaringType == typeof(IShardGrain) && context.InterfaceMethod.Name == nameof(IShardGrain.SearchShard))
            _answered.AddOrUpdate(context.TargetId.Key.ToString()!, 1, (_, count) => count + 1);
    }
}

using System.Collections.Concurrent;
using IqdbFlat.Abstractions;
using Orleans.Runtime;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>What becomes of one call of a shard.</summary>
internal enum Loss
{
    None,

    /// <summary>The silo is lost before the call runs.</summary>
    Before,

    /// <summary>The silo is lost after the call ran: nobody hears its answer.</summary>
    After,
}

/// <summary>Loses calls of shards' WriteRows, or their answers, as the loss of a silo would.</summary>
internal sealed class LostAnswers : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Loss>> _losses = new(StringComparer.Ordinal);

    /// <summary>Calls that were lost.</summary>
    public int Lost;

    /// <summary>What becomes of the next calls of a shard, in their order; later ones are answered.</summary>
    public void Lose(string shardKey, params Loss[] losses) => _losses[shardKey] = new(losses);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        bool writes = context.InterfaceMethod.DeclaringType == typeof(IShardGrain) && context.InterfaceMethod.Name == nameof(IShardGrain.WriteRows);
        var loss = writes && _losses.TryGetValue(context.TargetId.Key.ToString()!, out var losses) && losses.TryDequeue(out var next) ? next : Loss.None;
        if (loss == Loss.Before)
            throw Gone();
        await context.Invoke();
        if (loss == Loss.After)
            throw Gone();
    }

    private SiloUnavailableException Gone()
    {
        Interlocked.Increment(ref Lost);
        return new SiloUnavailableException("lost on purpose");
    }
}

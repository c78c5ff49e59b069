using IqdbFlat.Abstractions;
using IqdbFlat.Grains.Tokens;

namespace IqdbFlat.Grains.Indexes;

internal sealed partial class IndexGrain
{
    /// <summary>How long a cut waits for batches over several shards to end before it shuts them out.</summary>
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(5);

    /// <remarks>
    /// Calls of this grain come one at a time, so nothing is allotted while this one runs: that is the pause. A batch in one shard is in its snapshot or
    /// not; one over several has ended before the first shard is asked, or is refused by every shard from then on. A write that begins after another was
    /// acknowledged waits for its numbers until all shards have their snapshots, so none that is in can follow one that is not.
    /// </remarks>
    public async Task<IndexCut> CutIndex(Guid pin, TimeSpan lease, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        var description = await DescribeIndex(cancellationToken);
        await FenceAsync(description, cancellationToken);
        int fenced = 0;
        if (!await _inFlight.DrainAsync(DrainPatience, cancellationToken))
        {
            fenced = _inFlight.Count;
            description = await ShutOutAsync(cancellationToken);
        }

        var request = new PinRequest { IndexEpoch = description.Epoch, Pin = pin, Lease = lease };
        var shards = await Task.WhenAll(Enumerable.Range(0, description.Settings.Shards)
            .Select(shard => GrainFactory.GetGrain<IShardGrain>(description.ShardKey(shard)).PinRows(request, cancellationToken)));
        return new()
        {
            Description = description,
            Pin = pin,
            SequenceHighWater = _lease!.Last,
            Shards = [.. shards.Select(shard => shard with { Tokens = default })],
            Tokens = JoinedTokens.Of([.. shards.Select(shard => (ReadOnlyMemory<byte>)shard.Tokens.Values)]),
            Taken = time.GetUtcNow(),
            Pause = time.GetElapsedTime(began),
            Fenced = fenced,
        };
    }

    public async Task<IndexDescription> VerifyIndex(CancellationToken cancellationToken)
    {
        var description = await DescribeIndex(cancellationToken);
        await _records.VerifyAsync();
        return description;
    }
}

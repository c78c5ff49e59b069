using IqdbFlat.Grains.Log;
using static IqdbFlat.Grains.Tests.Log.Shards;

namespace IqdbFlat.Grains.Tests.Log;

/// <summary>The life of one activation, from making the shard through two checkpoints, and what it was told is durable.</summary>
/// <param name="store">Where.</param>
/// <param name="options">Sizes and pauses.</param>
/// <param name="together">Whether commits do not wait for those before them.</param>
internal sealed class ShardStory(MemoryRecordStore store, ShardLogOptions options, bool together)
{
    private static readonly ShardBatch[] First =
    [
        Batch([.. Enumerable.Range(0, 30).Select(i => Put((ulong)i, 100 + (ulong)i))]),
        Batch(ShardOperation.Remove(3, 140), Put(4, 141)),
        Batch(Put(5, 105, 7)),
    ];

    private static readonly ShardBatch[] Second =
    [
        Batch([.. Enumerable.Range(0, 12).Select(i => ShardOperation.Remove((ulong)i, 200 + (ulong)i))]),
        Batch(Put(60, 220), Put(13, 113, 8)),
    ];

    private static readonly ShardBatch[] Third = [Batch(Put(61, 300)), Batch(ShardOperation.Remove(20, 301), ShardOperation.IndexEpoch(2))];

    /// <summary>What was acknowledged.</summary>
    public ShardModel Acknowledged { get; } = new();

    /// <summary>The batches whose commits have not been answered, in their order.</summary>
    public IReadOnlyList<ShardBatch> InFlight { get; private set; } = [];

    public async Task RunAsync(CancellationToken cancellation = default)
    {
        await ShardLog.CreateAsync(store, Settings, options, cancellation: cancellation);
        var log = await ShardLog.OpenAsync(store, Guid.NewGuid(), new ShardModel(), options, cancellation: cancellation);
        await CommitAsync(log, First, cancellation);
        await log.CheckpointAsync(Acknowledged.Copy(), cancellation: cancellation);
        await CommitAsync(log, Second, cancellation);
        await log.CheckpointAsync(Acknowledged.Copy(), cancellation: cancellation);
        await CommitAsync(log, Third, cancellation);
        Assert.False(await log.IsBehindAsync(cancellation));
    }

    private async Task CommitAsync(ShardLog log, ShardBatch[] batches, CancellationToken cancellation)
    {
        foreach (var begun in batches.Chunk(together ? batches.Length : 1))
        {
            InFlight = begun;
            foreach (var (batch, commit) in begun.Zip(begun.Select(batch => log.CommitAsync(batch, cancellation)).ToArray()))
            {
                await commit;
                Acknowledged.Apply(batch);
                InFlight = [.. InFlight.Skip(1)];
            }
        }
    }
}

using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Memory;

namespace IqdbFlat.Grains.Shards;

/// <summary>
/// Commits a shard's writes in the order in which they came. One record is on its way to the store at a time; those that come meanwhile go into the next
/// one together. Rows are put in their places while the store works, and seen by readers when the record is durable.
/// </summary>
/// <remarks>It runs on the grain's own scheduler, so no two of its steps run at once.</remarks>
internal sealed class ShardCommits(ShardKey key, ShardRows rows, ShardLog log, SiloMemory memory)
{
    private const ConfigureAwaitOptions Settled = ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing;

    private readonly Queue<WaitingWrite> _waiting = [];
    private Task _running = Task.CompletedTask;
    private LogPosition _applied = log.End;
    private FlatIndexException? _closed;

    /// <summary>Told of each record whose batch is durable and seen by readers, between two commits.</summary>
    public required Action<LogPosition> Committed { get; init; }

    /// <summary>Told when the log takes no more, or holds a batch that the rows do not have: only a new activation may go on.</summary>
    public required Action<bool> Ended { get; init; }

    /// <summary>Runs what takes long beside the grain's turns.</summary>
    internal Func<Func<ShardPlan>, Task<ShardPlan>> Aside { get; init; } = Task.Run;

    /// <summary>
    /// How far the rows that readers see have come. The log may be further: a record is durable before its rows are seen, and whoever is told a position is told that it can be read.
    /// </summary>
    public LogPosition Applied => _applied;

    /// <summary>Writes rows; ends when they are durable and seen by readers.</summary>
    public Task<ShardWriteReply> WriteAsync(ShardWrite write)
    {
        if (_closed is { } closed)
            throw new FlatIndexException(closed.Error, closed);
        var waiting = new WaitingWrite(write);
        _waiting.Enqueue(waiting);
        if (_running.IsCompleted)
            _running = RunAsync();
        return waiting.Answered;
    }

    /// <summary>From now on, refuses requests of index epochs below this one. A write of no rows.</summary>
    public Task FenceAsync(ulong indexEpoch) => WriteAsync(new()
    {
        IndexEpoch = indexEpoch,
        Mode = WriteMode.DeleteIfPresent,
        Rows = new() { Ids = new([]), Vectors = new(ReadOnlyMemory<float>.Empty) },
        Sequences = Array.Empty<ulong>(),
        StopAtFirst = false,
    });

    /// <summary>Takes no more writes; those that wait fail with the reason. Ends when none is under way.</summary>
    public Task CloseAsync(FlatIndexException reason)
    {
        _closed ??= reason;
        return _running;
    }

    private async Task RunAsync()
    {
        // Those that are called in the same turn come into the first group, too.
        await Task.Yield();
        while (_waiting.Count > 0)
        {
            using var group = new WriteGroup(rows, memory, key.Home, Aside);
            await GatherAsync(group);
            if (!group.IsEmpty)
                await CommitAsync(group);
        }
    }

    private async Task GatherAsync(WriteGroup group)
    {
        while (_waiting.TryPeek(out var next))
        {
            try
            {
                if (_closed is { } closed)
                    throw new FlatIndexException(closed.Error, closed);
                if (!await group.TryAddAsync(next, Position))
                    return;
            }
            catch (Exception refused)
            {
                next.Fail(refused);
            }

            _waiting.Dequeue();
        }
    }

    private async Task CommitAsync(WriteGroup group)
    {
        var batch = group.Batch;

        // Both off the grain's turn: the record is encoded and sent while the rows are put in their places.
        var staging = Task.Run(() => rows.Stage(batch));
        LogPosition at;
        try
        {
            at = await Task.Run(() => log.CommitAsync(batch, CancellationToken.None));
        }
        catch (Exception failure)
        {
            await ((Task)staging).ConfigureAwait(Settled);
            if (staging.IsCompletedSuccessfully)
                (await staging).Dispose();
            if (log.IsFenced)
                Ended(true);
            group.Fail(failure);
            return;
        }

        try
        {
            using var staged = await staging;
            staged.Publish();
            _applied = at.Next;
            Committed(at);
        }
        catch (Exception failure)
        {
            // The log has it and the rows do not.
            _closed = FlatIndexException.Unavailable($"shard {key.Shard} must read its log again");
            Ended(false);
            group.Fail(new FlatIndexException(
                FlatIndexException.Timeout($"shard {key.Shard} failed after the write was durable", mayHaveBeenApplied: true).Error, failure));
            return;
        }

        group.Answer(Position);
    }

    private ShardPosition Position => new(key.Shard, _applied.Epoch, _applied.Position);
}

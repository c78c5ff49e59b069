using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Memory;

namespace IqdbFlat.Grains.Shards;

/// <summary>
/// Commits a shard's writes in the order in which they came. One record is on its way to the store at a time, or a few large ones; the writes that come meanwhile are planned and
/// go into the next one together. Rows are put in their places while the store works, and seen by readers when the record and all before it are durable.
/// </summary>
/// <remarks>
/// It runs on the grain's own scheduler, so no two of its steps run at once. The store need not wait for rows: records may be on their way while those of a record
/// before are still being placed. Only one does so while a checkpoint is due: it wants the rows as they are at the log's end.
/// </remarks>
internal sealed class ShardCommits(ShardKey key, ShardRows rows, ShardLog log, SiloMemory memory)
{
    private const ConfigureAwaitOptions Settled = ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing;

    private readonly Queue<WaitingWrite> _waiting = [];
    private readonly List<WriteGroup> _underWay = [];
    private Task _running = Task.CompletedTask;
    private int _storing;
    private Task _seen = Task.CompletedTask;
    private TaskCompletionSource _changed = new();
    private LogPosition _applied = log.End;
    private FlatIndexException? _closed;
    private bool _isBehind;

    /// <summary>Told of each record whose batch is durable and seen by readers, and whether the rows are those of the log's end.</summary>
    public required Action<bool> Committed { get; init; }

    /// <summary>Told when the log takes no more, or holds a batch that the rows do not have: only a new activation may go on.</summary>
    public required Action<bool> Ended { get; init; }

    /// <summary>Runs what takes long beside the grain's turns: plans of removals by a filter.</summary>
    internal Func<Func<ShardPlan>, Task<ShardPlan>> Aside { get; init; } = Task.Run;

    /// <summary>Runs beside the grain's turns what puts rows in their places.</summary>
    internal Func<Func<StagedBatch>, Task<StagedBatch>> Staging { get; init; } = Task.Run;

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
        _changed.TrySetResult();
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
        while (_waiting.Count > 0 || _underWay.Count > 0)
        {
            if (await NextAsync() is not { } group)
                continue;
            _underWay.Add(group);
            var batch = group.Batch;

            // On this turn, and not from a queue behind what else the machine has to do: the store would stand idle for longer than the encoding takes.
            var stored = log.CommitAsync(batch, CancellationToken.None);
            _storing++;
            _ = SettleAsync(stored);
            _seen = SeeAsync(group, batch, stored, _seen);
        }
    }

    /// <summary>The next group, when it may go to the store; null when there is nothing to go.</summary>
    private async Task<WriteGroup?> NextAsync()
    {
        var group = new WriteGroup(rows, memory, key.Home, _underWay, Aside);
        while (true)
        {
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await GatherAsync(group);
            if (!group.IsEmpty && _closed is { } closed)
            {
                group.Fail(new FlatIndexException(closed.Error, closed));
                group.Dispose();
                return null;
            }

            if (!group.IsEmpty && MayGo(group))
                return group;
            if (group.IsEmpty && _waiting.Count == 0 && _underWay.Count == 0)
                return null;
            await _changed.Task;
        }
    }

    // A small record would take the time of a commit for few bytes: it waits until it is alone, and gathers what comes. Of groups there may be one more than of records on
    // their way: that which is put in its places.
    private bool MayGo(WriteGroup group)
    {
        int most = group.Bytes >= log.LargeRecordBytes ? ShardLog.MostOutstanding : 1;
        return _storing < most && _underWay.Count < (log.IsCheckpointDue ? 1 : most + 1);
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

    private async Task SettleAsync(Task stored)
    {
        await stored.ConfigureAwait(Settled);
        _storing--;
        _changed.TrySetResult();
    }

    /// <summary>Shows a group's rows when they are durable, after those of the group before, and answers its writes.</summary>
    private async Task SeeAsync(WriteGroup group, ShardBatch batch, Task<LogPosition> stored, Task before)
    {
        await before;
        try
        {
            using (group)
                await ShowAsync(group, batch, stored);
        }
        finally
        {
            _underWay.Remove(group);
            _changed.TrySetResult();
        }
    }

    private async Task ShowAsync(WriteGroup group, ShardBatch batch, Task<LogPosition> stored)
    {
        var staging = _isBehind ? Task.FromException<StagedBatch>(_closed!) : Staging(() => rows.Stage(batch));
        LogPosition at;
        try
        {
            at = await stored;
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
            Committed(_underWay.Count == 1);
        }
        catch (Exception failure)
        {
            // The log has it and the rows do not, nor will they have what comes after it.
            _isBehind = true;
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

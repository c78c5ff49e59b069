using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Records;
using IqdbFlat.Grains.Memory;
using IqdbFlat.Grains.Shards;
using IqdbFlat.Grains.Tests.Log;

namespace IqdbFlat.Grains.Tests.Shards;

/// <summary>A shard's log, rows and commits, on a scheduler that runs one step at a time as a grain's does.</summary>
internal sealed class OpenShard
{
    private static readonly ShardSettings Settings = new("01JD0000000000000000000000", 0, 1, 2, Metric.Euclidean);

    private readonly TaskFactory _turns = new(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
    private readonly MemoryRecords _records = new();
    private readonly MemoryRecordStore _store;
    private ShardCommits _commits = null!;
    private ShardLog _log = null!;
    private Task _checkpoint = Task.CompletedTask;
    private int _came;

    private OpenShard() => _store = new(_records);

    public ShardRows Rows { get; private set; } = null!;

    public bool HasEnded { get; private set; }

    /// <summary>How many checkpoints have been taken.</summary>
    public int Checkpoints { get; private set; }

    /// <summary>Why one was not.</summary>
    public Exception? CheckpointFailure { get; private set; }

    public LogPosition Applied => _commits.Applied;

    public LogPosition End => _log.End;

    /// <param name="budget">The silo's memory.</param>
    /// <param name="aside">Plans removals by a filter.</param>
    /// <param name="staging">Puts rows in their places.</param>
    /// <param name="committed">Told of each record, and whether it is the last that was sent.</param>
    /// <param name="checkpointRecords">Records of the log from which on a checkpoint is taken.</param>
    /// <param name="largeFrom">Bytes of a record from which on it goes to the store beside others.</param>
    public static async Task<OpenShard> NewAsync(
        long budget = long.MaxValue,
        Func<Func<ShardPlan>, Task<ShardPlan>>? aside = null,
        Func<Func<StagedBatch>, Task<StagedBatch>>? staging = null,
        Action<bool>? committed = null,
        int? checkpointRecords = null,
        int? largeFrom = null)
    {
        var shard = new OpenShard();
        var options = Log.Shards.Quick;
        options.CheckpointLogRecords = checkpointRecords ?? options.CheckpointLogRecords;
        options.LargeRecordBytes = largeFrom ?? options.LargeRecordBytes;
        await ShardLog.CreateAsync(shard._store, Settings, options);
        var recovery = new ShardRecovery();
        var log = await ShardLog.OpenAsync(shard._store, Guid.NewGuid(), recovery, options);
        shard.Rows = recovery.Finish();
        shard._commits = new(new("rows", Settings.Incarnation, 0), shard.Rows, log, new SiloMemory(budget))
        {
            Committed = committed ?? (isLast => shard.CheckpointIfDue(isLast)),
            Ended = _ => shard.HasEnded = true,
            Aside = aside ?? Task.Run,
            Staging = staging ?? Task.Run,
        };
        shard._log = log;
        return shard;
    }

    public Task<ShardWriteReply> WriteAsync(ShardWrite write) => TurnAsync(() => _commits.WriteAsync(write));

    public async Task FenceAsync(ulong epoch) => await TurnAsync(async () =>
    {
        await _commits.FenceAsync(epoch);
        return 0;
    });

    /// <summary>Waits until so many requests have been handed over since the last time.</summary>
    public async Task AllCameAsync(int count)
    {
        while (Volatile.Read(ref _came) < count)
            await Task.Yield();
        _came = 0;
    }

    /// <summary>Takes so many turns, each behind what waits for its own.</summary>
    public async Task TurnsAsync(int count)
    {
        for (int turn = 0; turn < count; turn++)
            await _turns.StartNew(() => { });
    }

    /// <summary>Waits until so many batches are durable.</summary>
    public Task DurableAsync(int batches, TimeSpan atMost) => Waiting.UntilAsync(() => Records().Length >= batches, $"{batches} batches durable", atMost);

    /// <summary>Waits until the log has learned of a record behind a place.</summary>
    public Task EndsAfterAsync(LogPosition place, TimeSpan atMost) => Waiting.UntilAsync(() => End > place, $"the log's end behind {place}", atMost);

    /// <summary>Ends when no checkpoint is under way.</summary>
    public Task CheckpointedAsync() => _checkpoint;

    /// <summary>Has each put of a log record wait for what it is told.</summary>
    public void DelayPuts(Func<Task> delay) =>
        _store.Before = (verb, name) => verb == "put" && name.StartsWith("log/", StringComparison.Ordinal) ? delay() : Task.CompletedTask;

    /// <param name="onlyFirst">Whether it holds back only the first.</param>
    public Hold HoldPuts(bool onlyFirst = false)
    {
        var hold = new Hold(onlyFirst);
        _store.Before = (verb, _) => verb == "put" ? hold.PassAsync() : Task.CompletedTask;
        return hold;
    }

    public ShardBatch[] Records() =>
    [
        .. _records.Names.Where(name => name.StartsWith("log/0000000000000001/", StringComparison.Ordinal)).Select(name =>
        {
            var at = new LogPosition(1, Convert.ToUInt64(name[^16..], 16));
            var record = LogRecord.Decode(at, _records.Read(name)!.Value.Bytes);
            return record.Kind == LogRecordKind.Batch ? record.ReadBatch(at) : null;
        }).OfType<ShardBatch>(),
    ];

    public async Task<ShardRows> RecoverAsync()
    {
        var recovery = new ShardRecovery();
        await ShardLog.OpenAsync(new MemoryRecordStore(_records), Guid.NewGuid(), recovery, Log.Shards.Quick);
        return recovery.Finish();
    }

    // As the grain does it.
    private void CheckpointIfDue(bool isLast)
    {
        if (isLast && _log.IsCheckpointDue && _checkpoint.IsCompleted)
            _checkpoint = CheckpointAsync();
    }

    private async Task CheckpointAsync()
    {
        try
        {
            await _log.CheckpointAsync(new LiveRows(Rows.Snapshot), Rows.Attachment, _commits.Applied);
            Checkpoints++;
        }
        catch (Exception failure)
        {
            CheckpointFailure ??= failure;
        }
    }

    private Task<T> TurnAsync<T>(Func<Task<T>> step) => _turns.StartNew(() =>
    {
        var task = step();
        Interlocked.Increment(ref _came);
        return task;
    }).Unwrap();

    /// <summary>Holds the store's puts back until it is released.</summary>
    public sealed class Hold(bool onlyFirst) : IDisposable
    {
        private int _count;
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => ReachedAsync(1);

        /// <summary>Puts that have come so far.</summary>
        public int Count => Volatile.Read(ref _count);

        public Task ReachedAsync(int puts) => Waiting.UntilAsync(() => Count >= puts, $"{puts} puts", TimeSpan.FromMinutes(2));

        public Task PassAsync()
        {
            int count = Interlocked.Increment(ref _count);
            return onlyFirst && count > 1 ? Task.CompletedTask : _released.Task;
        }

        public void Release() => _released.TrySetResult();

        public void Dispose() => Release();
    }
}

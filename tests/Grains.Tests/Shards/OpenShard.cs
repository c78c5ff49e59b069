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
    private int _came;

    private OpenShard() => _store = new(_records);

    public ShardRows Rows { get; private set; } = null!;

    public bool HasEnded { get; private set; }

    public LogPosition Applied => _commits.Applied;

    public LogPosition End => _log.End;

    public static async Task<OpenShard> NewAsync(long budget = long.MaxValue, Func<Func<ShardPlan>, Task<ShardPlan>>? aside = null)
    {
        var shard = new OpenShard();
        await ShardLog.CreateAsync(shard._store, Settings, Log.Shards.Quick);
        var recovery = new ShardRecovery();
        var log = await ShardLog.OpenAsync(shard._store, Guid.NewGuid(), recovery, Log.Shards.Quick);
        shard.Rows = recovery.Finish();
        shard._commits = new(new("rows", Settings.Incarnation, 0), shard.Rows, log, new SiloMemory(budget))
        {
            Committed = _ => { },
            Ended = _ => shard.HasEnded = true,
            Aside = aside ?? Task.Run,
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

    /// <summary>Keeps the shard from taking any turn until it is disposed.</summary>
    public Ending HoldTurns()
    {
        var (begun, ended) = (new ManualResetEventSlim(), new ManualResetEventSlim());
        _turns.StartNew(
            () =>
            {
                begun.Set();
                ended.Wait(TimeSpan.FromMinutes(5));
            },
            TaskCreationOptions.LongRunning);
        begun.Wait(TimeSpan.FromMinutes(2));
        return new Ending(ended);
    }

    public Hold HoldPuts()
    {
        var hold = new Hold();
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

    private Task<T> TurnAsync<T>(Func<Task<T>> step) => _turns.StartNew(() =>
    {
        var task = step();
        Interlocked.Increment(ref _came);
        return task;
    }).Unwrap();

    public sealed class Ending(ManualResetEventSlim ended) : IDisposable
    {
        public void Dispose() => ended.Set();
    }

    /// <summary>Holds the store's puts back until it is released.</summary>
    public sealed class Hold : IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task.WaitAsync(TimeSpan.FromMinutes(2));

        public Task PassAsync()
        {
            _reached.TrySetResult();
            return _released.Task;
        }

        public void Release() => _released.TrySetResult();

        public void Dispose() => Release();
    }
}

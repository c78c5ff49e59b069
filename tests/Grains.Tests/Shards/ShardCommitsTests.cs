using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Backup;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Records;
using IqdbFlat.Grains.Memory;
using IqdbFlat.Grains.Shards;
using IqdbFlat.Grains.Tests.Log;

namespace IqdbFlat.Grains.Tests.Shards;

/// <summary>Writes that wait for the store together: one record, and the answers that each would have got by itself.</summary>
public sealed class ShardCommitsTests(ITestOutputHelper output)
{
    private static readonly ShardSettings Settings = new("01JD0000000000000000000000", 0, 1, 2, Metric.Euclidean);

    [Fact]
    public async Task Writes_that_wait_while_one_is_stored_go_into_one_record()
    {
        var shard = await OpenShard.NewAsync();
        using var hold = shard.HoldPuts();
        var first = shard.WriteAsync(Write(1, WriteMode.Insert, 1));
        await hold.Reached;
        Task<ShardWriteReply>[] waiting =
        [
            shard.WriteAsync(Write(2, WriteMode.Insert, 2, 3)), shard.WriteAsync(Write(10, WriteMode.Upsert, 3, 1)), shard.WriteAsync(Write(20, WriteMode.Upsert, 4)),
            shard.WriteAsync(Write(30, WriteMode.Delete, 5)),
        ];
        await shard.AllCameAsync(5);
        hold.Release();
        await Task.WhenAll(waiting.Append(first));

        // The second and the third write meet in row 3, so the third begins a record of its own, which the others share.
        Assert.Equal([1, 2, 3], shard.Records().Select(batch => batch.Operations.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Grouped_writes_answer_and_leave_what_they_would_one_by_one(bool tokens)
    {
        var (grouped, writes) = (0, 0);
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var shard = await OpenShard.NewAsync();
            var oracle = new ShardRows(new RowStore(2, Metric.Euclidean), new(), 0);
            ulong number = 1;
            for (int round = 0; round < 12; round++)
            {
                ShardWrite[] batch = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => Random(random, ref number, tokens))];
                if (tokens && random.Next(3) == 0)
                    batch = [.. batch, batch[random.Next(batch.Length)]];
                using var hold = shard.HoldPuts();
                var replies = batch.Select(shard.WriteAsync).ToArray();
                await shard.AllCameAsync(batch.Length);
                hold.Release();
                foreach (var (write, reply) in batch.Zip(replies))
                {
                    var expected = Alone(oracle, write);
                    var found = await reply;
                    Assert.True(
                        (expected.Applied, string.Join(',', expected.Refused)) == (found.Applied, string.Join(',', found.Refused)),
                        $"seed {seed}: {write.Mode} expected {expected.Applied} and refused {string.Join(',', expected.Refused)}, found {found.Applied} and {string.Join(',', found.Refused)}");
                }

                writes += batch.Length;
            }

            Assert.True(Digest(oracle) == Digest(shard.Rows), $"seed {seed}: the rows");
            Assert.True(Digest(oracle) == Digest(await shard.RecoverAsync()), $"seed {seed}: the rows recovered");
            Assert.Equal(oracle.Attachment.ToArray(), shard.Rows.Attachment.ToArray());
            grouped += shard.Records().Length;
        }

        output.WriteLine($"{writes} writes in {grouped} records.");
        Assert.True(grouped * 3 < writes * 2, $"{writes} writes in {grouped} records");
    }

    [Fact]
    public async Task A_write_that_passes_the_budget_fails_alone()
    {
        var shard = await OpenShard.NewAsync(budget: 1_000_000);
        using var hold = shard.HoldPuts();
        var first = shard.WriteAsync(Write(1, WriteMode.Insert, 1));
        await hold.Reached;
        var second = shard.WriteAsync(Write(2, WriteMode.Insert, 2));
        var large = shard.WriteAsync(Write(1_000, WriteMode.Insert, [.. Enumerable.Range(100, 60_000).Select(id => (ulong)id)]));
        var third = shard.WriteAsync(Write(100_000, WriteMode.Insert, 3));
        await shard.AllCameAsync(4);
        hold.Release();
        await Task.WhenAll(first, second, third);
        var failure = await Assert.ThrowsAsync<FlatIndexException>(() => large);
        Assert.Equal(FlatErrorKind.ResourceLimitExceeded, failure.Kind);
        Assert.Equal((3, 2), (shard.Rows.Snapshot.Count, shard.Records().Length));
    }

    [Fact]
    public async Task When_another_activation_has_the_shard_every_waiting_write_is_told_and_none_is_seen()
    {
        var shard = await OpenShard.NewAsync();
        using var hold = shard.HoldPuts();
        Task<ShardWriteReply>[] writes = [shard.WriteAsync(Write(1, WriteMode.Insert, 1)), shard.WriteAsync(Write(2, WriteMode.Insert, 2))];
        await hold.Reached;
        writes = [.. writes, shard.WriteAsync(Write(3, WriteMode.Insert, 3))];
        await shard.RecoverAsync();
        hold.Release();
        foreach (var write in writes)
            Assert.Equal(FlatErrorKind.Unavailable, (await Assert.ThrowsAsync<FlatIndexException>(() => write)).Kind);
        Assert.Equal((0, true), (shard.Rows.Snapshot.Count, shard.HasEnded));
        Assert.Equal(0, (await shard.RecoverAsync()).Snapshot.Count);
    }

    [Fact]
    public async Task A_newer_index_epoch_refuses_what_waits_behind_it_under_an_older_one()
    {
        var shard = await OpenShard.NewAsync();
        using var hold = shard.HoldPuts();
        var first = shard.WriteAsync(Write(1, WriteMode.Insert, 1));
        await hold.Reached;
        var fence = shard.FenceAsync(7);
        var late = shard.WriteAsync(Write(2, WriteMode.Insert, 2));
        await shard.AllCameAsync(3);
        hold.Release();
        await Task.WhenAll(first, fence);
        Assert.Equal(FlatErrorKind.IndexNotFound, (await Assert.ThrowsAsync<FlatIndexException>(() => late)).Kind);
        Assert.Equal((1, 7ul), (shard.Rows.Snapshot.Count, shard.Rows.IndexEpoch));
    }

    private static ShardWriteReply Alone(ShardRows rows, ShardWrite write)
    {
        if (rows.AnswerOf(write.Token) is { } kept)
            return new() { Position = default, Applied = kept.Applied, Refused = kept.Refused };
        var plan = rows.Plan(write);
        rows.Apply(plan.Batch);
        return new() { Position = default, Applied = plan.Applied, Refused = plan.Refused };
    }

    private static ShardWrite Random(Random random, ref ulong number, bool token)
    {
        var mode = (WriteMode[])[WriteMode.Insert, WriteMode.Insert, WriteMode.Upsert, WriteMode.Upsert, WriteMode.UpdateMetadata, WriteMode.Delete, WriteMode.DeleteIfPresent, WriteMode.Clear];
        var chosen = mode[random.Next(random.Next(4) == 0 ? mode.Length : mode.Length - 1)];
        ulong[] ids = chosen == WriteMode.Clear ? [] : [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (ulong)random.Next(200))];
        if (chosen == WriteMode.Upsert)
            ids = [.. ids.Distinct()];
        ulong first = number;
        number += (ulong)Math.Max(1, ids.Length);
        var write = Write(first, chosen, ids);
        return write with
        {
            StopAtFirst = random.Next(2) == 0,
            Token = token ? new ShardToken(new Guid(random.Next(4), 0, 0, new byte[8]), first, 0, first) : null,
        };
    }

    private static ShardWrite Write(ulong number, WriteMode mode, params ulong[] ids) => new()
    {
        IndexEpoch = 0,
        Mode = mode,
        Rows = new()
        {
            Ids = ids.Select(id => (RowId)id).ToArray(),
            Vectors = mode is WriteMode.Insert or WriteMode.Upsert ? ids.SelectMany(id => new float[] { id, number }).ToArray() : Array.Empty<float>(),
        },
        Sequences = mode == WriteMode.Clear ? new[] { number } : [.. ids.Select((_, place) => number + (ulong)place)],
        StopAtFirst = false,
    };

    [Fact]
    public async Task A_position_is_told_when_its_rows_are_seen_and_not_when_its_record_is_durable()
    {
        var shard = await OpenShard.NewAsync();
        await shard.WriteAsync(Write(1, WriteMode.Insert, 1));
        Assert.Equal(shard.End, shard.Applied);
        var (before, rows) = (shard.Applied, shard.Rows.Snapshot.Count);
        using var hold = shard.HoldPuts();
        var write = shard.WriteAsync(Write(2, WriteMode.Insert, 2));
        await hold.Reached;

        // No turn of the shard can run, so the record becomes durable and nobody sees its row.
        using (shard.HoldTurns())
        {
            hold.Release();
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            while (shard.End == before)
            {
                Assert.False(patience.IsCancellationRequested, "the record did not become durable within two minutes");
                await Task.Yield();
            }

            Assert.Equal((before, rows), (shard.Applied, shard.Rows.Snapshot.Count));
        }

        var told = (await write).Position;
        Assert.Equal(shard.Applied.Position, told.Position);
        Assert.Equal((shard.End, rows + 1), (shard.Applied, shard.Rows.Snapshot.Count));
    }

    [Fact]
    public async Task A_removal_by_filter_is_planned_beside_the_turns_of_the_shard()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var shard = await OpenShard.NewAsync(aside: async plan =>
        {
            reached.SetResult();
            await hold.Task;
            return await Task.Run(plan);
        });
        await shard.WriteAsync(Write(1, WriteMode.Insert, 1, 2, 3));
        var removal = shard.WriteAsync(Write(9, WriteMode.DeleteMatching) with { Sequences = new ulong[] { 9 } });
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        var insert = shard.WriteAsync(Write(10, WriteMode.Insert, 1));

        // Turns are taken meanwhile, and what comes behind the removal waits for it.
        await shard.AllCameAsync(3);
        Assert.False(removal.IsCompleted || insert.IsCompleted);
        hold.SetResult();
        Assert.Equal(3, (await removal).Applied);
        Assert.Empty((await insert).Refused);
        Assert.Equal(1, shard.Rows.Snapshot.Count);
        Assert.Equal(Digest(shard.Rows), Digest(await shard.RecoverAsync()));
    }

    private static string Digest(ShardRows rows) => SnapshotDigest.Of(rows.Snapshot, default).ToString()!;

    /// <summary>A shard's log, rows and commits, on a scheduler that runs one step at a time as a grain's does.</summary>
    private sealed class OpenShard
    {
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
    }

    internal sealed class Ending(ManualResetEventSlim ended) : IDisposable
    {
        public void Dispose() => ended.Set();
    }

    /// <summary>Holds the store's puts back until it is released.</summary>
    private sealed class Hold : IDisposable
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

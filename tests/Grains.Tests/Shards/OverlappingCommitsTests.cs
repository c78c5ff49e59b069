using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Shards;
using static IqdbFlat.Grains.Tests.Shards.ShardWrites;

namespace IqdbFlat.Grains.Tests.Shards;

/// <summary>A record that goes to the store while the rows of the one before are not seen yet.</summary>
public sealed class OverlappingCommitsTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Writes_that_overlap_answer_and_leave_what_they_would_one_by_one(bool tokens, bool large)
    {
        var (overlapping, together, checkpoints) = (0, 0, 0);
        var gate = new Lock();
        for (int seed = 0; seed < 60; seed++)
        {
            var (random, delays) = (new Random(seed), new Random(seed));
            var shard = await OpenShard.NewAsync(
                staging: async stage =>
                {
                    await YieldAsync(delays);
                    return await Task.Run(stage);
                },
                checkpointRecords: large && seed % 2 == 0 ? int.MaxValue : random.Next(2, 12),
                largeFrom: large ? random.Next(200) : null);
            int puts = 0;
            shard.DelayPuts(async () =>
            {
                lock (gate)
                {
                    overlapping += shard.Applied < shard.End ? 1 : 0;

                    // Where checkpoints are taken, an announcement of segments may be among them.
                    puts++;
                    together = Math.Max(together, seed % 2 == 0 ? puts : 0);
                }

                for (int delay = large ? 30 : 1; delay > 0; delay--)
                    await YieldAsync(delays);
                lock (gate)
                    puts--;
            });
            ulong number = 1;
            ShardWrite[] writes = [.. Enumerable.Range(0, 80).Select(_ => large ? Random(random, ref number, tokens, spread: 600, clients: 16) : Random(random, ref number, tokens))];
            if (tokens)
                writes = [.. writes.SelectMany(write => random.Next(6) == 0 ? new[] { write, write } : [write])];
            var replies = new List<Task<ShardWriteReply>>();
            foreach (var write in writes)
            {
                replies.Add(shard.WriteAsync(write));
                if (large || random.Next(3) == 0)
                    await YieldAsync(delays);
            }

            var oracle = new ShardRows(new RowStore(2, Metric.Euclidean), new(), 0);
            foreach (var (write, reply) in writes.Zip(replies))
            {
                var expected = Alone(oracle, write);
                var found = await reply.WaitAsync(Patience, TestContext.Current.CancellationToken);
                Assert.True(
                    (expected.Applied, string.Join(',', expected.Refused)) == (found.Applied, string.Join(',', found.Refused)),
                    $"seed {seed}: {write.Mode} expected {expected.Applied} and refused {string.Join(',', expected.Refused)}, found {found.Applied} and {string.Join(',', found.Refused)}");
            }

            Assert.True(Digest(oracle) == Digest(shard.Rows), $"seed {seed}: the rows");
            Assert.Equal(oracle.Attachment.ToArray(), shard.Rows.Attachment.ToArray());
            await shard.CheckpointedAsync();
            Assert.True(shard.CheckpointFailure is null, $"seed {seed}: {shard.CheckpointFailure}");
            Assert.True(Digest(oracle) == Digest(await shard.RecoverAsync()), $"seed {seed}: the rows recovered");
            checkpoints += shard.Checkpoints;
        }

        output.WriteLine($"{overlapping} records were sent while the rows before were not seen, at most {together} were on their way together, {checkpoints} checkpoints.");
        Assert.True(overlapping > 5 && checkpoints > 5, $"{overlapping} records overlapped and {checkpoints} checkpoints were taken");
        Assert.True(!large || together > 1, "no two batches were on their way together");
    }

    [Fact]
    public async Task A_position_is_told_when_its_rows_are_seen_and_not_when_its_record_is_durable()
    {
        var staging = new Held<StagedBatch>();
        var shard = await OpenShard.NewAsync(staging: staging.RunAsync);
        var before = shard.Applied;
        var write = shard.WriteAsync(Write(2, WriteMode.Insert, 2));
        await shard.DurableAsync(1, Patience);
        await shard.EndsAfterAsync(before, Patience);
        Assert.Equal((before, 0), (shard.Applied, shard.Rows.Snapshot.Count));
        staging.Release();
        var told = (await write).Position;
        Assert.Equal(shard.Applied.Position, told.Position);
        Assert.Equal((shard.End, 1), (shard.Applied, shard.Rows.Snapshot.Count));
    }

    [Fact]
    public async Task A_record_is_sent_while_the_rows_before_are_placed_and_no_further_one()
    {
        var staging = new Held<StagedBatch>();
        var shard = await OpenShard.NewAsync(staging: staging.RunAsync);
        var first = shard.WriteAsync(Write(1, WriteMode.Insert, 1));
        await shard.DurableAsync(1, Patience);
        var second = shard.WriteAsync(Write(2, WriteMode.Insert, 2));
        await shard.DurableAsync(2, Patience);
        var third = shard.WriteAsync(Write(3, WriteMode.Insert, 3));
        var meets = shard.WriteAsync(Write(4, WriteMode.Insert, 2));
        await shard.AllCameAsync(4);

        // Both records are durable, nobody sees their rows, and nobody was answered.
        Assert.Equal((0, 2), (shard.Rows.Snapshot.Count, shard.Records().Length));
        Assert.False(first.IsCompleted || second.IsCompleted || third.IsCompleted || meets.IsCompleted);
        staging.Release();
        await Task.WhenAll(first, second, third);

        // It was planned when the row that it meets was seen.
        Assert.Equal("0", string.Join(",", (await meets).Refused));
        Assert.Equal(3, shard.Rows.Snapshot.Count);
    }

    [Fact]
    public async Task No_record_is_sent_while_a_checkpoint_is_due_and_waits_for_the_rows_before()
    {
        var staging = new Held<StagedBatch>();
        var shard = await OpenShard.NewAsync(staging: staging.RunAsync, checkpointRecords: 1, largeFrom: 0);
        var before = shard.End;
        var first = shard.WriteAsync(Write(1, WriteMode.Insert, 1));
        await shard.EndsAfterAsync(before, Patience);
        var second = shard.WriteAsync(Write(2, WriteMode.Insert, 2));
        await shard.AllCameAsync(2);
        await shard.TurnsAsync(50);
        Assert.Single(shard.Records());
        staging.Release();
        await Task.WhenAll(first, second);
        await shard.CheckpointedAsync();
        Assert.Null(shard.CheckpointFailure);
        Assert.True(shard.Checkpoints > 0, "no checkpoint was taken");
    }

    [Fact]
    public async Task Large_records_are_on_their_way_together_and_small_ones_wait_for_them()
    {
        var shard = await OpenShard.NewAsync(largeFrom: 2_000);
        using var hold = shard.HoldPuts();
        var large = new List<Task<ShardWriteReply>>();
        for (ulong write = 0; write < 4; write++)
        {
            large.Add(shard.WriteAsync(Write((write * 100) + 1, WriteMode.Insert, [.. Enumerable.Range((int)write * 100, 100).Select(id => (ulong)id)])));
            await hold.ReachedAsync((int)Math.Min(write + 1, 3));
        }

        Task<ShardWriteReply>[] small = [shard.WriteAsync(Write(1_001, WriteMode.Insert, 1_001)), shard.WriteAsync(Write(1_002, WriteMode.Insert, 1_002))];
        await shard.AllCameAsync(6);
        Assert.Equal((3, 0), (hold.Count, shard.Records().Length));
        hold.Release();
        await Task.WhenAll([.. large, .. small]);

        // The fourth waited, and the small ones came into its record.
        Assert.Equal([100, 100, 100, 102], shard.Records().Select(batch => batch.Operations.Count));
        Assert.Equal(Digest(shard.Rows), Digest(await shard.RecoverAsync()));
    }

    [Fact]
    public async Task A_record_that_is_durable_before_an_older_one_is_seen_and_answered_after_it()
    {
        var shard = await OpenShard.NewAsync(largeFrom: 0);
        using var hold = shard.HoldPuts(onlyFirst: true);
        var (first, second) = await DurableBehindAsync(shard, hold);
        await shard.AllCameAsync(2);
        Assert.Equal((false, false, 0), (first.IsCompleted, second.IsCompleted, shard.Rows.Snapshot.Count));
        hold.Release();
        Assert.Equal((1ul, 2ul), ((await first).Position.Position, (await second).Position.Position));
        Assert.Equal(2, shard.Rows.Snapshot.Count);
    }

    [Fact]
    public async Task When_another_activation_has_the_shard_what_is_on_its_way_together_is_refused_and_not_found()
    {
        var shard = await OpenShard.NewAsync(largeFrom: 0);
        using var hold = shard.HoldPuts(onlyFirst: true);
        var (first, second) = await DurableBehindAsync(shard, hold);
        Assert.Equal(0, (await shard.RecoverAsync()).Snapshot.Count);
        hold.Release();
        foreach (var write in new[] { first, second })
            Assert.Equal(FlatErrorKind.Unavailable, (await Assert.ThrowsAsync<FlatIndexException>(() => write)).Kind);
        Assert.Equal((0, true), (shard.Rows.Snapshot.Count, shard.HasEnded));
        Assert.Equal(0, (await shard.RecoverAsync()).Snapshot.Count);
    }

    [Fact]
    public async Task A_token_that_is_under_way_is_not_taken_for_a_new_one_whatever_comes_under_it()
    {
        var staging = new Held<StagedBatch>();
        var shard = await OpenShard.NewAsync(staging: staging.RunAsync);
        var first = shard.WriteAsync(Write(1, WriteMode.Insert, 1) with { Token = new(Guid.AllBitsSet, 1, 0, 7) });
        await shard.DurableAsync(1, Patience);
        var other = shard.WriteAsync(Write(2, WriteMode.Insert, 2) with { Token = new(Guid.AllBitsSet, 1, 0, 8) });
        await shard.AllCameAsync(2);
        staging.Release();
        await first;
        Assert.Equal(FlatErrorKind.InvalidConfig, (await Assert.ThrowsAsync<FlatIndexException>(() => other)).Kind);
        Assert.Equal(1, (await shard.RecoverAsync()).Snapshot.Count);
    }

    [Fact]
    public async Task What_comes_behind_a_batch_that_is_durable_and_not_seen_is_not_seen_either()
    {
        var staging = new Held<StagedBatch>();
        var shard = await OpenShard.NewAsync(staging: staging.RunAsync, committed: _ => throw new InvalidOperationException("the shard failed here"));
        var first = shard.WriteAsync(Write(1, WriteMode.Insert, 1));
        await shard.DurableAsync(1, Patience);
        var second = shard.WriteAsync(Write(2, WriteMode.Insert, 2));
        await shard.DurableAsync(2, Patience);
        var third = shard.WriteAsync(Write(3, WriteMode.Insert, 3));
        await shard.AllCameAsync(3);
        staging.Release();
        foreach (var durable in new[] { first, second })
        {
            var failure = await Assert.ThrowsAsync<FlatIndexException>(() => durable.WaitAsync(Patience, TestContext.Current.CancellationToken));
            Assert.Equal((FlatErrorKind.Timeout, true), (failure.Kind, failure.Error.MayHaveBeenApplied));
        }

        Assert.Equal(FlatErrorKind.Unavailable, (await Assert.ThrowsAsync<FlatIndexException>(() => third)).Kind);
        Assert.True(shard.HasEnded);
        Assert.DoesNotContain(shard.Rows.Snapshot.LiveRows(), row => shard.Rows.Snapshot.IdOf(row) == 2);
        Assert.Equal(2, (await shard.RecoverAsync()).Snapshot.Count);
    }

    // Two writes on their way together: the record of the first is held back, that of the second is durable.
    private static async Task<(Task<ShardWriteReply> First, Task<ShardWriteReply> Second)> DurableBehindAsync(OpenShard shard, OpenShard.Hold hold)
    {
        var first = shard.WriteAsync(Write(1, WriteMode.Insert, 1));
        await hold.Reached;
        var second = shard.WriteAsync(Write(2, WriteMode.Insert, 2));
        await shard.DurableAsync(1, Patience);
        return (first, second);
    }

    private static async Task YieldAsync(Random random)
    {
        int turns;
        lock (random)
            turns = random.Next(6);
        for (; turns > 0; turns--)
            await Task.Yield();
    }

    /// <summary>Holds work back until it is released.</summary>
    private sealed class Held<T>
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _released.SetResult();

        public async Task<T> RunAsync(Func<T> work)
        {
            await _released.Task;
            return await Task.Run(work);
        }
    }
}

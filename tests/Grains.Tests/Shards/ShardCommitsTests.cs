using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Shards;
using static IqdbFlat.Grains.Tests.Shards.ShardWrites;

namespace IqdbFlat.Grains.Tests.Shards;

/// <summary>Writes that wait for the store together: one record, and the answers that each would have got by itself.</summary>
public sealed class ShardCommitsTests(ITestOutputHelper output)
{
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
}

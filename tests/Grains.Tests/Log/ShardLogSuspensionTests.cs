using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using static IqdbFlat.Grains.Tests.Log.Shards;

namespace IqdbFlat.Grains.Tests.Log;

/// <summary>The stories that break simpler protocols: somebody stops in the middle, the world goes on, and then he goes on too.</summary>
public sealed class ShardLogSuspensionTests
{
    [Fact]
    public async Task A_writer_suspended_before_its_put_is_fenced_after_takeover_checkpoint_and_trim()
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var (first, model) = await OpenAsync(store);
        await CommitAsync(first, model, Batch(Put(1, 1)));
        var (reached, hold) = Suspend(store, "put", "log/");
        var late = first.CommitAsync(Batch(Put(2, 2)));
        await reached;

        var (second, found) = await OpenAsync(new MemoryRecordStore(records));
        await CommitAsync(second, found, Batch(Put(3, 3)));
        await second.CheckpointAsync(found);

        hold.SetResult();
        Assert.Equal(FlatErrorKind.Unavailable, (await Assert.ThrowsAsync<FlatIndexException>(() => late)).Kind);
        var (_, last) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(found.Describe(), last.Describe());
    }

    [Fact]
    public async Task A_writer_suspended_after_its_put_landed_may_acknowledge_it_and_nothing_later()
    {
        var records = await MadeAsync();
        bool late = false;
        var store = new MemoryRecordStore(records, _ => late ? Fault.After : Fault.None);
        var (first, model) = await OpenAsync(store);
        var (reached, hold) = Suspend(store, "read", "log/");
        late = true;
        var commit = first.CommitAsync(Batch(Put(2, 2)));
        await reached;
        late = false;

        var (second, found) = await OpenAsync(new MemoryRecordStore(records));
        await second.CheckpointAsync(found);
        Assert.DoesNotContain("log/0000000000000001/0000000000000000", records.Names);

        hold.SetResult();
        await commit;
        Assert.Equal(1, found.Count);
        Assert.Equal(FlatErrorKind.Unavailable, (await Assert.ThrowsAsync<FlatIndexException>(() => first.CommitAsync(Batch(Put(3, 3))))).Kind);
        var (_, last) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(found.Describe(), last.Describe());
    }

    [Fact]
    public async Task A_writer_suspended_with_records_on_their_way_together_may_acknowledge_those_before_the_seal_and_nothing_behind_it()
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var (first, _) = await OpenAsync(store);
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // The first record lands and its answer is lost; the second does not come; the third lands.
        int reads = 0;
        store.Before = async (verb, name) =>
        {
            if ((verb, name) == ("put", "log/0000000000000001/0000000000000001") || (verb == "read" && ++reads > 0))
                await hold.Task;
        };
        store.Loses = (verb, name) => (verb, name) == ("put", "log/0000000000000001/0000000000000000");
        Task<LogPosition>[] commits = [first.CommitAsync(Batch(Put(1, 1))), first.CommitAsync(Batch(Put(2, 2))), first.CommitAsync(Batch(Put(3, 3)))];
        await Waiting.UntilAsync(() => reads == 1 && TakenIn(records).Length == 2, "two records, and a look for the first", TimeSpan.FromMinutes(2));

        var (second, found) = await OpenAsync(new MemoryRecordStore(records));
        await CommitAsync(second, found, Batch(Put(4, 4)));
        await second.CheckpointAsync(found);
        Assert.Equal([1], TakenIn(records));

        hold.SetResult();
        Assert.Equal(new LogPosition(1, 0), await commits[0]);
        foreach (var commit in commits[1..])
            Assert.Equal(FlatErrorKind.Unavailable, (await Assert.ThrowsAsync<FlatIndexException>(() => commit)).Kind);
        Assert.Equal(2, found.Count);
        var (_, last) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(found.Describe(), last.Describe());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_writer_whose_record_comes_beyond_the_seal_after_all_was_collected_deletes_it_itself(bool erased)
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var (first, _) = await OpenAsync(store);
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Before = (verb, name) => verb == "put" && !name.EndsWith('2') ? hold.Task : Task.CompletedTask;
        var commits = Enumerable.Range(1, 3).Select(i => first.CommitAsync(Batch(Put((ulong)i, (ulong)i)))).ToArray();
        await Waiting.UntilAsync(() => TakenIn(records).Length == 1, "the third record", TimeSpan.FromMinutes(2));
        if (erased)
        {
            await ShardLog.EraseAsync(new MemoryRecordStore(records), Guid.NewGuid(), Quick);
        }
        else
        {
            var (second, found) = await OpenAsync(new MemoryRecordStore(records));
            await second.CheckpointAsync(found);
        }

        hold.SetResult();
        foreach (var commit in commits)
            Assert.Equal(FlatErrorKind.Unavailable, (await Assert.ThrowsAsync<FlatIndexException>(() => commit)).Kind);
        Assert.Equal([0], TakenIn(records));
    }

    [Fact]
    public async Task A_look_at_the_tail_does_not_run_after_a_writer_that_goes_on()
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var (log, _) = await OpenAsync(store);
        ulong reads = 0;
        store.Before = async (verb, _) =>
        {
            if (verb == "read" && ++reads < 200)
                await log.CommitAsync(Batch(Put(reads, reads)));
        };
        Assert.False(await log.IsBehindAsync());
        Assert.Equal(1ul, reads);
    }

    [Fact]
    public async Task A_look_at_the_tail_finds_the_takeover_that_has_folded_and_deleted_a_record_on_its_way()
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var (first, _) = await OpenAsync(store);
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.After = (verb, _) => verb == "put" ? hold.Task : Task.CompletedTask;
        var commit = first.CommitAsync(Batch(Put(1, 1)));
        await Waiting.UntilAsync(() => TakenIn(records).Length == 1, "the record", TimeSpan.FromMinutes(2));
        Assert.False(await first.IsBehindAsync());

        var (second, found) = await OpenAsync(new MemoryRecordStore(records));
        await CommitAsync(second, found, Batch(Put(2, 2)));
        await second.CheckpointAsync(found);
        Assert.DoesNotContain("log/0000000000000001/0000000000000000", records.Names);

        Assert.True(await first.IsBehindAsync());
        hold.SetResult();
        Assert.Equal(new LogPosition(1, 0), await commit);
    }

    [Fact]
    public async Task A_reader_suspended_while_records_are_trimmed_begins_again()
    {
        var records = await MadeAsync();
        var (first, model) = await OpenAsync(new MemoryRecordStore(records));
        for (ulong i = 0; i < 12; i++)
            await CommitAsync(first, model, Batch(Put(i, i)));
        var store = new MemoryRecordStore(records);
        var (reached, hold) = Suspend(store, "read", "log/0000000000000001/0000000000000003");
        var opening = OpenAsync(store);
        await reached;
        await first.CheckpointAsync(model);
        await CommitAsync(first, model, Batch(Put(50, 50)));
        hold.SetResult();
        var (second, found) = await opening;
        Assert.Equal(model.Describe(), found.Describe());
        Assert.True(await first.IsBehindAsync());
        await CommitAsync(second, found, Batch(Put(51, 51)));
    }

    [Fact]
    public async Task A_stale_checkpoint_cannot_bring_back_a_collected_segment()
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var (first, model) = await OpenAsync(store);
        for (ulong i = 0; i < 30; i++)
            await CommitAsync(first, model, Batch(Put(i, i)));
        var (reached, hold) = Suspend(store, "replace", "checkpoint");
        var stale = first.CheckpointAsync(model.Copy());
        await reached;
        var orphans = records.Names.Where(name => name.StartsWith("segment/", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(orphans);

        var (second, found) = await OpenAsync(new MemoryRecordStore(records));
        await second.CheckpointAsync(found);
        Assert.All(orphans, name => Assert.DoesNotContain(name, records.Names));

        hold.SetResult();
        Assert.Equal(FlatErrorKind.Unavailable, (await Assert.ThrowsAsync<FlatIndexException>(() => stale)).Kind);
        var (_, last) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(model.Describe(), last.Describe());
    }

    [Fact]
    public async Task Of_two_takeovers_at_once_one_ends_up_with_the_shard()
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var (reached, hold) = Suspend(store, "replace", "checkpoint");
        var slow = OpenAsync(store);
        await reached;
        var (quick, rows) = await OpenAsync(new MemoryRecordStore(records));
        await CommitAsync(quick, rows, Batch(Put(1, 1)));
        hold.SetResult();
        var (winner, found) = await slow;
        Assert.Equal(rows.Describe(), found.Describe());
        Assert.Equal(FlatErrorKind.Unavailable, (await Assert.ThrowsAsync<FlatIndexException>(() => quick.CommitAsync(Batch(Put(2, 2))))).Kind);
        await CommitAsync(winner, found, Batch(Put(3, 3)));
    }

    [Fact]
    public async Task A_writer_suspended_while_its_index_is_dropped_never_commits_and_leaves_nothing()
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var (log, model) = await OpenAsync(store);
        await CommitAsync(log, model, Batch(Put(1, 1)));
        var (reached, hold) = Suspend(store, "put", "log/");
        var late = log.CommitAsync(Batch(Put(2, 2)));
        await reached;
        await ShardLog.EraseAsync(new MemoryRecordStore(records), Guid.NewGuid(), Quick);
        var left = records.Names;
        hold.SetResult();
        Assert.Equal(FlatErrorKind.Unavailable, (await Assert.ThrowsAsync<FlatIndexException>(() => late)).Kind);
        Assert.Equal(left, records.Names);
    }

    [Fact]
    public async Task A_shard_that_is_opened_half_erased_takes_no_request_of_any_index_epoch()
    {
        var records = await MadeAsync();
        var (log, _) = await OpenAsync(new MemoryRecordStore(records));
        await log.CommitAsync(Batch(ShardOperation.IndexEpoch(3), Put(1, 1)));
        var store = new MemoryRecordStore(records);
        var (reached, hold) = Suspend(store, "delete", "log/");
        var erasure = ShardLog.EraseAsync(store, Guid.NewGuid(), Quick);
        await reached;

        var (late, found) = await OpenAsync(new MemoryRecordStore(records));

        Assert.Equal((ulong.MaxValue, ulong.MaxValue), (late.IndexEpoch, found.Start!.IndexEpoch));
        hold.SetResult();
        await erasure;
        Assert.DoesNotContain("checkpoint", records.Names);
    }

    [Fact]
    public async Task An_activation_that_loads_while_another_takes_over_and_rewrites_is_unavailable()
    {
        var records = await MadeAsync();
        var (first, model) = await OpenAsync(new MemoryRecordStore(records));
        for (ulong i = 0; i < 30; i++)
            await CommitAsync(first, model, Batch(Put(i, i)));
        await first.CheckpointAsync(model);
        var store = new MemoryRecordStore(records);
        var (reached, hold) = Suspend(store, "read", "segment/");
        var opening = OpenAsync(store);
        await reached;
        var (third, found) = await OpenAsync(new MemoryRecordStore(records));
        await CommitAsync(third, found, Batch(ShardOperation.Clear(500)));
        await third.CheckpointAsync(found);
        hold.SetResult();
        Assert.Equal(FlatErrorKind.Unavailable, (await Assert.ThrowsAsync<FlatIndexException>(() => opening)).Kind);
    }

    [Fact]
    public async Task An_operation_that_never_ends_is_one_of_unknown_outcome()
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var options = Quick;
        options.OperationTimeout = TimeSpan.FromMilliseconds(50);
        var (log, model) = await OpenAsync(store, options);
        var never = new TaskCompletionSource();
        int puts = 0;
        store.Before = (verb, _) => verb == "put" && ++puts == 1 ? never.Task : Task.CompletedTask;
        await CommitAsync(log, model, Batch(Put(1, 1)));
        var (_, found) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(model.Describe(), found.Describe());
        never.SetResult();
    }

    private static (Task Reached, TaskCompletionSource Hold) Suspend(MemoryRecordStore store, string verb, string prefix)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Before = async (found, name) =>
        {
            if (found != verb || !name.StartsWith(prefix, StringComparison.Ordinal))
                return;
            reached.TrySetResult();
            await hold.Task;
        };
        return (reached.Task, hold);
    }
}

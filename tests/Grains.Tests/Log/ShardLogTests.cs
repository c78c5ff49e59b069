using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Records;
using IqdbFlat.Grains.Storage;
using static IqdbFlat.Grains.Tests.Log.Shards;

namespace IqdbFlat.Grains.Tests.Log;

public sealed class ShardLogTests
{
    [Fact]
    public async Task A_shard_that_was_never_made_is_not_found()
    {
        var failure = await Assert.ThrowsAsync<FlatIndexException>(() => OpenAsync(new MemoryRecordStore()));
        Assert.Equal(FlatErrorKind.IndexNotFound, failure.Kind);
    }

    [Fact]
    public async Task Made_twice_with_the_same_settings_is_made_once()
    {
        var records = await MadeAsync();
        await ShardLog.CreateAsync(new MemoryRecordStore(records), Settings with { });
        Assert.Equal(["checkpoint"], records.Names);
    }

    [Fact]
    public async Task Made_again_with_other_settings_is_refused()
    {
        var records = await MadeAsync();
        var failure = await Assert.ThrowsAsync<FlatIndexException>(
            () => ShardLog.CreateAsync(new MemoryRecordStore(records), Settings with { Dimension = 4 }));
        Assert.Equal(FlatErrorKind.InvalidConfig, failure.Kind);
    }

    [Fact]
    public async Task What_was_committed_comes_back_with_its_bits()
    {
        var records = await MadeAsync();
        var (log, model) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(Settings, model.Start!.Settings);
        await CommitAsync(log, model, Batch(Put(1, 10), Put(2, 11, float.Epsilon)));
        await CommitAsync(log, model, Batch(ShardOperation.Remove(1, 12), Put(3, 13), ShardOperation.IndexEpoch(7)));
        await CommitAsync(log, model, Batch(ShardOperation.Put(RowId.FromBytes([0]), 14, new[] { 1f, 2, 3 })));
        Assert.Equal(new LogPosition(1, 3), log.End);

        var (again, found) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(model.Describe(), found.Describe());
        Assert.Equal([new LogPosition(1, 0), new LogPosition(1, 1), new LogPosition(1, 2)], found.Applied);
        Assert.Equal((14ul, 7ul), (again.SequenceHighWater, again.IndexEpoch));
        Assert.Equal(new LogPosition(2, 0), again.End);
    }

    [Fact]
    public async Task Token_and_answer_come_back_with_their_batch()
    {
        var records = await MadeAsync();
        var (log, _) = await OpenAsync(new MemoryRecordStore(records));
        await log.CommitAsync(Batch(Put(1, 1)) with { Answers = [new(new byte[] { 1, 2 }, new byte[] { 3 })] });
        var target = new Remembering();
        await ShardLog.OpenAsync(new MemoryRecordStore(records), Guid.NewGuid(), target, Quick);
        var batch = Assert.Single(target.Batches);
        Assert.Equal("0102", Convert.ToHexString(batch.Answers[0].Token.Span));
        Assert.Equal("03", Convert.ToHexString(batch.Answers[0].Answer.Span));
    }

    [Fact]
    public async Task A_superseded_activation_never_commits_again()
    {
        var records = await MadeAsync();
        var (first, model) = await OpenAsync(new MemoryRecordStore(records));
        await CommitAsync(first, model, Batch(Put(1, 1)));
        Assert.False(await first.IsBehindAsync());
        var (second, found) = await OpenAsync(new MemoryRecordStore(records));
        for (int i = 0; i < 3; i++)
        {
            var failure = await Assert.ThrowsAsync<FlatIndexException>(() => first.CommitAsync(Batch(Put(2, 2))));
            Assert.Equal(FlatErrorKind.Unavailable, failure.Kind);
        }

        Assert.True(first.IsFenced);
        await CommitAsync(second, found, Batch(Put(3, 3)));
        var (_, last) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(found.Describe(), last.Describe());
    }

    [Fact]
    public async Task A_look_at_the_tail_tells_a_superseded_activation()
    {
        var records = await MadeAsync();
        var (first, _) = await OpenAsync(new MemoryRecordStore(records));
        await OpenAsync(new MemoryRecordStore(records));
        Assert.False(first.IsFenced);
        Assert.True(await first.IsBehindAsync());
        Assert.True(first.IsFenced);
    }

    [Fact]
    public async Task Commits_on_their_way_together_are_acknowledged_in_the_order_of_their_calls_and_no_more_than_a_few_are()
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var (log, model) = await OpenAsync(store);
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Before = (_, name) => name == "log/0000000000000001/0000000000000000" ? hold.Task : Task.CompletedTask;
        var commits = Enumerable.Range(1, 6).Select(i => log.CommitAsync(Batch(Put((ulong)i, (ulong)i)))).ToArray();
        await Waiting.UntilAsync(() => TakenIn(records).Length == 2, "the records behind the one that is held", TimeSpan.FromMinutes(2));

        Assert.Equal([1, 2], TakenIn(records));
        Assert.All(commits, commit => Assert.False(commit.IsCompleted));
        Assert.Equal(new LogPosition(1, 0), log.End);
        await Assert.ThrowsAsync<InvalidOperationException>(() => log.CheckpointAsync(model));
        hold.SetResult();
        Assert.Equal(Enumerable.Range(0, 6).Select(i => new LogPosition(1, (ulong)i)), await Task.WhenAll(commits));
        Assert.Equal(new LogPosition(1, 6), log.End);
        int[] outstanding = [.. Enumerable.Range(0, 6).Select(i => LogRecord.Decode(new(1, (ulong)i), records.Read($"log/0000000000000001/{i:x16}")!.Value.Bytes).Outstanding)];
        Assert.Equal([0, 1, 2], outstanding[..3]);
        Assert.All(outstanding, count => Assert.InRange(count, 0, ShardLog.MostOutstanding - 1));
        var (_, found) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(6, found.Count);
    }

    [Fact]
    public async Task A_commit_cancelled_in_doubt_leaves_those_behind_it_in_doubt()
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var (log, _) = await OpenAsync(store);
        using var cancel = new CancellationTokenSource();
        store.Before = (_, name) => name == "log/0000000000000001/0000000000000000" ? throw new IOException("the store does not take this one") : Task.CompletedTask;
        var first = log.CommitAsync(Batch(Put(1, 1)), cancel.Token);
        var second = log.CommitAsync(Batch(Put(2, 2)), CancellationToken.None);
        await Waiting.UntilAsync(() => TakenIn(records).Length == 1, "the record behind it", TimeSpan.FromMinutes(2));
        await cancel.CancelAsync();
        foreach (var commit in new[] { first, second })
        {
            var failure = await Assert.ThrowsAsync<FlatIndexException>(() => commit);
            Assert.Equal((FlatErrorKind.Timeout, true), (failure.Kind, failure.Error.MayHaveBeenApplied));
        }

        Assert.True(log.IsFenced);
        Assert.Equal(FlatErrorKind.Unavailable, (await Assert.ThrowsAsync<FlatIndexException>(() => log.CommitAsync(Batch(Put(3, 3))))).Kind);
    }

    [Fact]
    public async Task A_commit_cancelled_behind_one_in_doubt_closes_the_log()
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var (log, _) = await OpenAsync(store);
        using var cancel = new CancellationTokenSource();
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Before = (_, name) => name == "log/0000000000000001/0000000000000000" ? hold.Task : Task.CompletedTask;
        var first = log.CommitAsync(Batch(Put(1, 1)), CancellationToken.None);
        var second = log.CommitAsync(Batch(Put(2, 2)), cancel.Token);
        await Waiting.UntilAsync(() => TakenIn(records).Length == 1, "the record behind it", TimeSpan.FromMinutes(2));
        await cancel.CancelAsync();
        var failure = await Assert.ThrowsAsync<FlatIndexException>(() => second);
        Assert.Equal((FlatErrorKind.Timeout, true, true), (failure.Kind, failure.Error.MayHaveBeenApplied, log.IsFenced));

        // The one before comes to its end all the same.
        hold.SetResult();
        Assert.Equal(new LogPosition(1, 0), await first);
    }

    [Fact]
    public async Task A_checkpoint_cancelled_behind_a_commit_leaves_the_log_as_it_is()
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var (log, model) = await OpenAsync(store);
        for (ulong i = 0; i < 10; i++)
            await CommitAsync(log, model, Batch(Put(i, i)));
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Before = (verb, name) => (verb, name) == ("put", "log/0000000000000001/000000000000000a") ? hold.Task : Task.CompletedTask;
        using var leave = new CancellationTokenSource();
        var checkpoint = log.CheckpointAsync(model.Copy(), cancellation: leave.Token);
        var commit = log.CommitAsync(Batch(Put(50, 50)));
        await Waiting.UntilAsync(() => TakenIn(records).Contains(11ul), "the record behind it", TimeSpan.FromMinutes(2));
        await leave.CancelAsync();
        hold.SetResult();
        await commit;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => checkpoint);
        Assert.False(log.IsFenced);
        await log.CommitAsync(Batch(Put(51, 51)));
    }

    [Fact]
    public async Task A_batch_that_passes_a_record_is_refused_and_the_log_goes_on()
    {
        var records = await MadeAsync();
        var (log, _) = await OpenAsync(new MemoryRecordStore(records));
        var batch = Batch(Put(1, 1)) with { Answers = [new(new byte[IRecordStore.MaxRecordBytes], default)] };
        Assert.True(ShardLog.RecordBytes(batch) > IRecordStore.MaxRecordBytes);
        var failure = await Assert.ThrowsAsync<FlatIndexException>(() => log.CommitAsync(batch));
        Assert.Equal(FlatErrorKind.ResourceLimitExceeded, failure.Kind);
        Assert.Equal(new LogPosition(1, 0), await log.CommitAsync(Batch(Put(1, 1))));
    }

    [Fact]
    public async Task The_size_of_a_record_is_told_to_the_byte_where_others_are_outstanding()
    {
        var records = await MadeAsync();
        var (log, _) = await OpenAsync(new MemoryRecordStore(records));
        var batch = Batch(Put(1, 1), ShardOperation.Remove(RowId.FromBytes([1, 2, 3]), 4), ShardOperation.Clear(5), ShardOperation.IndexEpoch(6)) with { Answers = [new(default, new byte[200])] };
        await Task.WhenAll(log.CommitAsync(batch), log.CommitAsync(batch));
        Assert.Equal(ShardLog.RecordBytes(batch) - 1, records.Read("log/0000000000000001/0000000000000000")!.Value.Bytes.Length);
        Assert.Equal(ShardLog.RecordBytes(batch), records.Read("log/0000000000000001/0000000000000001")!.Value.Bytes.Length);
    }

    [Fact]
    public async Task A_commit_cancelled_in_doubt_closes_the_log_and_the_batch_is_whole_or_absent()
    {
        var records = await MadeAsync();
        using var cancel = new CancellationTokenSource();
        int opened = int.MaxValue;
        var store = new MemoryRecordStore(records, n => n > opened ? Fault.Before : Fault.None);
        var (log, _) = await OpenAsync(store);
        opened = store.Operations + 3;
        store.Before = (_, _) =>
        {
            if (store.Operations > opened)
                cancel.Cancel();
            return Task.CompletedTask;
        };
        await log.CommitAsync(Batch(Put(1, 1)), cancel.Token);
        opened = store.Operations - 1;
        var failure = await Assert.ThrowsAsync<FlatIndexException>(() => log.CommitAsync(Batch(Put(2, 2)), cancel.Token));
        Assert.Equal(FlatErrorKind.Timeout, failure.Kind);
        Assert.True(failure.Error.MayHaveBeenApplied);
        Assert.True(log.IsFenced);
        Assert.Equal(FlatErrorKind.Unavailable, (await Assert.ThrowsAsync<FlatIndexException>(() => log.CommitAsync(Batch(Put(3, 3))))).Kind);
    }

    private sealed class Remembering : IShardRecovery
    {
        public List<ShardBatch> Batches { get; } = [];

        public void Begin(RecoveryStart start)
        {
        }

        public void Put(RowId id, ulong sequence, ReadOnlySpan<float> vector, Metadata metadata)
        {
        }

        public void Apply(ShardBatch batch, LogPosition position) => Batches.Add(batch);
    }
}

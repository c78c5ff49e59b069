using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using static IqdbFlat.Grains.Tests.Log.Shards;

namespace IqdbFlat.Grains.Tests.Log;

public sealed class ShardLogCheckpointTests
{
    [Fact]
    public async Task A_checkpoint_moves_the_rows_into_segments_and_trims_the_log()
    {
        var records = await MadeAsync();
        var (log, model) = await OpenAsync(new MemoryRecordStore(records));
        for (ulong i = 0; i < 20; i++)
            await CommitAsync(log, model, Batch(Put(i, 100 + i)));
        await log.CheckpointAsync(model, new byte[] { 9, 9 });
        Assert.DoesNotContain(records.Names, name => name.StartsWith("log/0000000000000001/000000000000000", StringComparison.Ordinal));
        await CommitAsync(log, model, Batch(Put(50, 500)));

        var (_, found) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(model.Describe(), found.Describe());
        Assert.Equal(20, found.FromSegments);
        Assert.Equal("0909", Convert.ToHexString(found.Start!.Attachment.Span));
        Assert.Equal((119ul, 20L), (found.Start.SequenceHighWater, found.Start.StoredRows));
    }

    [Fact]
    public async Task Stored_segments_stay_and_their_dead_rows_get_tombstones()
    {
        var records = await MadeAsync();
        var (log, model) = await OpenAsync(new MemoryRecordStore(records));
        for (ulong i = 0; i < 20; i++)
            await CommitAsync(log, model, Batch(Put(i, 100 + i)));
        await log.CheckpointAsync(model);
        var before = Segments(records);

        await CommitAsync(log, model, Batch(ShardOperation.Remove(3, 200), Put(4, 201), Put(5, 105, 7), Put(30, 202)));
        await log.CheckpointAsync(model);
        Assert.All(before, name => Assert.Contains(name, Segments(records)));

        var (_, found) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(model.Describe(), found.Describe());
        Assert.Equal(model.Count, found.FromSegments);
    }

    [Fact]
    public async Task A_segment_that_is_mostly_dead_is_written_anew_and_deleted()
    {
        var records = await MadeAsync();
        var (log, model) = await OpenAsync(new MemoryRecordStore(records));
        for (ulong i = 0; i < 20; i++)
            await CommitAsync(log, model, Batch(Put(i, 100 + i)));
        await log.CheckpointAsync(model);
        var before = Segments(records);
        for (ulong i = 0; i < 18; i++)
            await CommitAsync(log, model, Batch(ShardOperation.Remove(i, 200 + i)));
        await log.CheckpointAsync(model);
        Assert.True(Segments(records).Count < before.Count);
        var (_, found) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(model.Describe(), found.Describe());
    }

    [Fact]
    public async Task Commits_go_on_while_segments_are_written()
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var (log, model) = await OpenAsync(store);
        for (ulong i = 0; i < 20; i++)
            await CommitAsync(log, model, Batch(Put(i, 100 + i)));

        var reached = new TaskCompletionSource();
        var hold = new TaskCompletionSource();
        store.Before = async (verb, name) =>
        {
            if (verb != "put" || !name.StartsWith("segment/", StringComparison.Ordinal))
                return;
            reached.TrySetResult();
            await hold.Task;
        };
        var checkpoint = log.CheckpointAsync(model.Copy());
        await reached.Task;
        await CommitAsync(log, model, Batch(ShardOperation.Remove(1, 300), Put(2, 102, 5), Put(99, 301)));
        Assert.False(checkpoint.IsCompleted);
        hold.SetResult();
        await checkpoint;

        var (_, found) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(model.Describe(), found.Describe());
        Assert.Equal(20, found.FromSegments);

        await log.IsBehindAsync();
        Assert.True(log.IsFenced);
    }

    [Fact]
    public async Task Rows_that_changed_while_segments_were_written_are_stale_at_the_next_checkpoint()
    {
        var records = await MadeAsync();
        var (log, model) = await OpenAsync(new MemoryRecordStore(records));
        await CommitAsync(log, model, Batch(Put(1, 1), Put(2, 2)));
        var checkpoint = log.CheckpointAsync(model.Copy());
        await CommitAsync(log, model, Batch(Put(1, 1, 42)));
        await checkpoint;
        await log.CheckpointAsync(model);
        var (_, found) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(model.Describe(), found.Describe());
    }

    [Fact]
    public async Task A_superseded_activation_cannot_move_the_checkpoint()
    {
        var records = await MadeAsync();
        var (first, model) = await OpenAsync(new MemoryRecordStore(records));
        await CommitAsync(first, model, Batch(Put(1, 1)));
        var (second, found) = await OpenAsync(new MemoryRecordStore(records));
        var failure = await Assert.ThrowsAsync<FlatIndexException>(() => first.CheckpointAsync(model));
        Assert.Equal(FlatErrorKind.Unavailable, failure.Kind);
        await CommitAsync(second, found, Batch(Put(2, 2)));
        await second.CheckpointAsync(found);
        var (_, last) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(found.Describe(), last.Describe());
    }

    [Fact]
    public async Task Segments_that_a_crash_left_behind_are_collected()
    {
        var records = await MadeAsync();
        var dying = new MemoryRecordStore(records);
        var (log, model) = await OpenAsync(dying);
        for (ulong i = 0; i < 40; i++)
            await CommitAsync(log, model, Batch(Put(i, 100 + i)));
        int written = 0;
        using var cancel = new CancellationTokenSource();
        dying.Before = (verb, name) =>
        {
            if (verb == "put" && name.StartsWith("segment/", StringComparison.Ordinal) && ++written == 3)
                cancel.Cancel();
            return Task.CompletedTask;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => log.CheckpointAsync(model, cancellation: cancel.Token));
        var orphans = Segments(records);
        Assert.NotEmpty(orphans);

        var (next, found) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(model.Describe(), found.Describe());
        await next.CheckpointAsync(found);
        Assert.All(orphans, name => Assert.DoesNotContain(name, records.Names));
        var (_, last) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(model.Describe(), last.Describe());
    }

    [Fact]
    public async Task A_checkpoint_is_due_after_enough_log_and_not_right_after_one()
    {
        var records = await MadeAsync();
        var options = Quick;
        options.CheckpointLogRecords = 3;
        var (log, model) = await OpenAsync(new MemoryRecordStore(records), options);
        await CommitAsync(log, model, Batch(Put(1, 1)));
        await CommitAsync(log, model, Batch(Put(2, 2)));
        Assert.False(log.IsCheckpointDue);
        await CommitAsync(log, model, Batch(Put(3, 3)));
        Assert.True(log.IsCheckpointDue);
        await log.CheckpointAsync(model);
        Assert.False(log.IsCheckpointDue);
    }

    [Fact]
    public async Task Many_restarts_make_a_checkpoint_due()
    {
        var records = await MadeAsync();
        for (int i = 0; i < 20; i++)
            await OpenAsync(new MemoryRecordStore(records));
        var (log, model) = await OpenAsync(new MemoryRecordStore(records));
        Assert.True(log.IsCheckpointDue);
        await log.CheckpointAsync(model);
        Assert.False(log.IsCheckpointDue);
        await CommitAsync(log, model, Batch(Put(3, 3)));
        var (_, found) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(model.Describe(), found.Describe());
    }

    [Fact]
    public async Task Erased_leaves_nothing_but_seals_and_is_not_found_again()
    {
        var records = await MadeAsync();
        var (log, model) = await OpenAsync(new MemoryRecordStore(records));
        for (ulong i = 0; i < 20; i++)
            await CommitAsync(log, model, Batch(Put(i, 100 + i)));
        await log.CheckpointAsync(model);
        await CommitAsync(log, model, Batch(Put(1, 900)));
        var reads = new List<string>();
        await ShardLog.EraseAsync(
            new MemoryRecordStore(records)
            {
                Before = (verb, name) =>
                {
                    if (verb == "read")
                        reads.Add(name);
                    return Task.CompletedTask;
                },
            },
            Guid.NewGuid(),
            Quick);
        Assert.Equal(["log/0000000000000000/0000000000000000", "log/0000000000000001/0000000000000016"], records.Names);

        // A record may be of many MiB: that of the tail is read to take the shard over, and not again to be deleted.
        Assert.Single(reads, "log/0000000000000001/0000000000000015");
        await Assert.ThrowsAsync<FlatIndexException>(() => log.CommitAsync(Batch(Put(1, 901))));
        var failure = await Assert.ThrowsAsync<FlatIndexException>(() => OpenAsync(new MemoryRecordStore(records)));
        Assert.Equal(FlatErrorKind.IndexNotFound, failure.Kind);
        await ShardLog.EraseAsync(new MemoryRecordStore(records), Guid.NewGuid(), Quick);
    }

    [Fact]
    public async Task Large_log_records_stay_as_segments_until_they_are_mostly_dead()
    {
        var records = await MadeAsync();
        var (log, model) = await OpenAsync(new MemoryRecordStore(records), Keeping);
        await CommitAsync(log, model, Batch([.. Enumerable.Range(0, 9).Select(i => Put((ulong)i, 100 + (ulong)i))]));
        await CommitAsync(log, model, Batch(Put(20, 200), Put(21, 201)));
        await log.CheckpointAsync(model);
        Assert.Empty(Segments(records));
        Assert.Equal(["log/0000000000000001/0000000000000000", "log/0000000000000001/0000000000000001"], Logs(records, 1));
        (log, var found) = await OpenAsync(new MemoryRecordStore(records), Keeping);
        Assert.Equal((model.Describe(), model.Count, 0), (found.Describe(), found.FromSegments, found.Applied.Count));

        // One of the two dies but for a row, which moves into a segment; the other stays.
        await CommitAsync(log, found, Batch([.. Enumerable.Range(1, 8).Select(i => ShardOperation.Remove((ulong)i, 300 + (ulong)i))]));
        await log.CheckpointAsync(found);
        Assert.Single(Segments(records));
        Assert.Equal(["log/0000000000000001/0000000000000001", "log/0000000000000001/0000000000000002"], Logs(records, 1));
        var (_, last) = await OpenAsync(new MemoryRecordStore(records), Keeping);
        Assert.Equal((found.Describe(), 3), (last.Describe(), last.FromSegments));

        records.Remove("log/0000000000000001/0000000000000001");
        var failure = await Assert.ThrowsAsync<FlatIndexException>(() => OpenAsync(new MemoryRecordStore(records), Keeping));
        Assert.Equal((FlatErrorKind.CorruptData, "log/0000000000000001/0000000000000001"), (failure.Kind, failure.Error.Record));
    }

    [Fact]
    public async Task Erased_leaves_no_record_that_stayed()
    {
        var records = await MadeAsync();
        var (log, model) = await OpenAsync(new MemoryRecordStore(records), Keeping);
        await CommitAsync(log, model, Batch(Put(1, 1), Put(2, 2)));
        await log.CheckpointAsync(model);
        await ShardLog.EraseAsync(new MemoryRecordStore(records), Guid.NewGuid(), Keeping);
        Assert.Equal(["log/0000000000000000/0000000000000000", "log/0000000000000001/0000000000000001"], records.Names);
    }

    private static string[] Logs(MemoryRecords records, int epoch) =>
        [.. records.Names.Where(name => name.StartsWith($"log/{epoch:x16}/", StringComparison.Ordinal))];

    private static List<string> Segments(MemoryRecords records) =>
        [.. records.Names.Where(name => name.StartsWith("segment/", StringComparison.Ordinal))];
}

using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static IqdbFlat.Grains.Tests.Log.Shards;

namespace IqdbFlat.Grains.Tests.Log;

public sealed class ShardLogDamageTests
{
    public static TheoryData<string> LiveRecords => new("checkpoint", "segment/0000000000000001/00000000", "log/0000000000000001/0000000000000022");

    [Theory]
    [MemberData(nameof(LiveRecords))]
    public async Task A_flipped_bit_anywhere_is_corrupt_data_that_names_the_record(string name)
    {
        var whole = await StoredAsync();
        int length = whole.Read(name)!.Value.Bytes.Length;
        for (int i = 0; i < length; i += Math.Max(1, length / 97))
        {
            int at = i;
            var records = await StoredAsync();
            records.Overwrite(name, bytes =>
            {
                bytes[at] ^= (byte)(1 << (at % 8));
                return bytes;
            });
            await AssertCorruptAsync(records, name);
        }
    }

    [Theory]
    [MemberData(nameof(LiveRecords))]
    public async Task A_record_cut_short_or_made_longer_is_corrupt_data_that_names_it(string name)
    {
        foreach (int length in new[] { 0, 1, 15, 16, 30, 60 })
        {
            var records = await StoredAsync();
            records.Overwrite(name, bytes => bytes[..Math.Min(length, bytes.Length - 1)]);
            await AssertCorruptAsync(records, name);
        }

        var longer = await StoredAsync();
        longer.Overwrite(name, bytes => [.. bytes, 0]);
        await AssertCorruptAsync(longer, name);
    }

    [Fact]
    public async Task A_missing_segment_is_corrupt_data_that_names_it()
    {
        var records = await StoredAsync();
        records.Remove("segment/0000000000000001/00000001");
        await AssertCorruptAsync(records, "segment/0000000000000001/00000001");
    }

    [Fact]
    public async Task A_missing_record_of_an_earlier_epoch_is_corrupt_data_that_names_it()
    {
        var records = await StoredAsync();
        await OpenAsync(new MemoryRecordStore(records));
        records.Remove("log/0000000000000001/0000000000000022");
        await AssertCorruptAsync(records, "log/0000000000000001/0000000000000022");
    }

    [Theory]
    [InlineData("log/0000000000000001/0000000000000022")]
    [InlineData("log/0000000000000001/0000000000000023")]
    public async Task A_record_that_vanished_from_the_middle_of_the_last_epoch_is_corrupt_data_that_names_it(string name)
    {
        var records = await StoredAsync();
        records.Remove(name);
        await AssertCorruptAsync(records, name);
    }

    [Fact]
    public async Task A_place_left_empty_among_records_on_their_way_together_is_the_end_of_the_log()
    {
        var (records, log, rows) = await HeldAsync();
        var (second, found) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(rows.Describe(), found.Describe());
        await CommitAsync(second, found, Batch(Put(60, 60)));
        var (_, again) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(found.Describe(), again.Describe());
        Assert.True(await log.IsBehindAsync());
    }

    [Fact]
    public async Task A_place_left_empty_before_an_announcement_is_the_end_of_the_log()
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var (log, rows) = await OpenAsync(store);
        for (ulong i = 0; i < 10; i++)
            await CommitAsync(log, rows, Batch(Put(i, i)));
        store.Before = (verb, name) => (verb, name) == ("put", "log/0000000000000001/000000000000000a") ? new TaskCompletionSource().Task : Task.CompletedTask;
        _ = log.CheckpointAsync(rows.Copy());
        _ = log.CommitAsync(Batch(Put(50, 50)));
        await Waiting.UntilAsync(() => TakenIn(records).Contains(11ul), "the announcement", TimeSpan.FromMinutes(2));
        var (_, found) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal(rows.Describe(), found.Describe());
    }

    [Fact]
    public async Task A_damaged_record_behind_a_place_left_empty_is_corrupt_data()
    {
        var (records, _, _) = await HeldAsync();
        records.Overwrite("log/0000000000000001/0000000000000002", bytes => bytes[..20]);
        await AssertCorruptAsync(records, "log/0000000000000001/0000000000000001");
    }

    [Fact]
    public async Task Records_beyond_the_end_are_told_in_the_silo_s_log()
    {
        var (records, _, _) = await HeldAsync();
        var told = new List<string>();
        await ShardLog.OpenAsync(new MemoryRecordStore(records), Guid.NewGuid(), new ShardModel(), Quick, logger: new ToldTo(told));
        Assert.Equal(["The log ends at 1.1, before the records 1.2, 1.3: they were on their way when their activation ended, and nobody was told that they are kept."], told);
    }

    [Fact]
    public async Task What_was_read_ahead_and_not_asked_for_is_forgotten_with_the_takeover()
    {
        var (records, _, _) = await HeldAsync();
        await OpenAsync(new MemoryRecordStore(records));
        var store = new MemoryRecordStore(records);
        var log = new LogStore(store, Quick, TimeProvider.System, NullLogger.Instance);
        await Recovery.TakeOverAsync(log, new TakeOver(Guid.NewGuid()), CancellationToken.None);
        int operations = store.Operations;
        Assert.IsType<StoreAnswer.FoundLog>(await log.PerformAsync(new StoreCommand.ReadLog(new(1, 2))));
        Assert.Equal(operations + 1, store.Operations);
    }

    [Fact]
    public async Task Verification_takes_a_place_left_empty_for_the_end_and_a_damaged_record_behind_it_for_a_gap()
    {
        var (records, _, _) = await HeldAsync();
        var sound = new Verification(new MemoryRecordStore(records), CancellationToken.None);
        await sound.RunAsync(null, null);
        Assert.Empty(sound.Problems);

        records.Overwrite("log/0000000000000001/0000000000000003", bytes => bytes[..20]);
        var damaged = new Verification(new MemoryRecordStore(records), CancellationToken.None);
        await damaged.RunAsync(null, null);
        Assert.Equal(
            ["log/0000000000000001/0000000000000001", "log/0000000000000001/0000000000000003"], damaged.Problems.Select(problem => problem.Record).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_lies_beyond_the_seal_goes_with_the_epoch_that_is_folded()
    {
        var (records, _, _) = await HeldAsync();
        var (second, found) = await OpenAsync(new MemoryRecordStore(records));
        Assert.Equal([0, 1, 2, 3], TakenIn(records));
        await second.CheckpointAsync(found);

        // Its seal stays.
        Assert.Equal([1], TakenIn(records));
    }

    [Fact]
    public async Task What_lies_beyond_the_seal_goes_with_the_index_that_is_dropped()
    {
        var (records, _, _) = await HeldAsync();
        await ShardLog.EraseAsync(new MemoryRecordStore(records), Guid.NewGuid(), Quick);
        Assert.Equal([1], TakenIn(records));
    }

    [Fact]
    public async Task A_record_written_when_all_before_it_were_there_tells_that_one_has_vanished_whatever_lies_between()
    {
        var records = await MadeAsync();
        var (log, _) = await OpenAsync(new MemoryRecordStore(records));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(i => log.CommitAsync(Batch(Put((ulong)i, (ulong)i)))));
        await log.CommitAsync(Batch(Put(9, 9)));
        foreach (int place in new[] { 0, 1, 2 })
        {
            var copy = records.Copy();
            copy.Remove($"log/0000000000000001/{place:x16}");
            await AssertCorruptAsync(copy, $"log/0000000000000001/{place:x16}");
        }
    }

    [Fact]
    public async Task A_record_that_comes_while_the_one_after_it_is_looked_at_is_no_damage()
    {
        var records = await StoredAsync();
        var (writer, model) = await OpenAsync(new MemoryRecordStore(records));
        bool committed = false;
        var reader = new MemoryRecordStore(records)
        {
            // The reader has found the end of the log, and looks beyond it; meanwhile two records come.
            Before = async (verb, name) =>
            {
                if (verb != "read" || name != "log/0000000000000002/0000000000000001" || committed)
                    return;
                committed = true;
                await CommitAsync(writer, model, Batch(Put(70, 70)));
                await CommitAsync(writer, model, Batch(Put(71, 71)));
            },
        };

        var (_, found) = await OpenAsync(reader, new() { FirstPause = Quick.FirstPause, LongestPause = Quick.LongestPause, SegmentBytes = 400, ParallelReads = 1 });

        Assert.True(committed);
        Assert.Equal(model.Describe(), found.Describe());
    }

    [Fact]
    public async Task A_record_under_another_ones_name_is_corrupt_data()
    {
        var records = await StoredAsync();
        var other = records.Read("log/0000000000000001/0000000000000023")!.Value.Bytes.ToArray();
        records.Overwrite("log/0000000000000001/0000000000000022", _ => other);
        await AssertCorruptAsync(records, "log/0000000000000001/0000000000000022");
    }

    [Fact]
    public async Task A_damaged_shard_can_still_be_erased()
    {
        foreach (string name in LiveRecords.Select(row => row.Data).Skip(1))
        {
            var records = await StoredAsync();
            await OpenAsync(new MemoryRecordStore(records));
            records.Overwrite(name, bytes => bytes[..10]);
            await ShardLog.EraseAsync(new MemoryRecordStore(records), Guid.NewGuid(), Quick);
            Assert.All(records.Names, left => Assert.StartsWith("log/", left, StringComparison.Ordinal));
            Assert.DoesNotContain("checkpoint", records.Names);
        }
    }

    // Thirty rows in segments, three batches in the log's tail: positions 0x22 and after of epoch 1.
    private static async Task<MemoryRecords> StoredAsync()
    {
        var records = await MadeAsync();
        var (log, model) = await OpenAsync(new MemoryRecordStore(records));
        for (ulong i = 0; i < 33; i++)
            await CommitAsync(log, model, Batch(Put(i, i)));
        await log.CheckpointAsync(model);
        for (ulong i = 40; i < 43; i++)
            await CommitAsync(log, model, Batch(Put(i, i)));
        return records;
    }

    // One batch committed; of three more on their way together the first does not come, and the two behind it have.
    private static async Task<(MemoryRecords Records, ShardLog Log, ShardModel Rows)> HeldAsync()
    {
        var records = await MadeAsync();
        var store = new MemoryRecordStore(records);
        var (log, rows) = await OpenAsync(store);
        await CommitAsync(log, rows, Batch(Put(0, 1)));
        store.Before = (verb, name) => verb == "put" && name == "log/0000000000000001/0000000000000001" ? new TaskCompletionSource().Task : Task.CompletedTask;
        for (ulong i = 1; i < 4; i++)
            _ = log.CommitAsync(Batch(Put(i, 1 + i)));
        await Waiting.UntilAsync(() => TakenIn(records).Length == 3, "the records behind the one that is held", TimeSpan.FromMinutes(2));
        return (records, log, rows);
    }

    /// <summary>Keeps what it is told.</summary>
    private sealed class ToldTo(List<string> told) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => told.Add(formatter(state, exception));
    }

    private static async Task AssertCorruptAsync(MemoryRecords records, string name)
    {
        var failure = await Assert.ThrowsAsync<FlatIndexException>(() => OpenAsync(new MemoryRecordStore(records)));
        Assert.Equal(FlatErrorKind.CorruptData, failure.Kind);
        Assert.Equal(name, failure.Error.Record);
    }
}

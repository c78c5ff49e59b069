using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Checkpoints;
using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Tests.Log.Checkpoints;

public sealed class PolicyTests
{
    [Theory]
    [InlineData(0, 0, 2, false)]
    [InlineData(999, 9, 15, false)]
    [InlineData(1_000, 1, 2, true)]
    [InlineData(1, 10, 2, true)]
    [InlineData(0, 0, 16, true)]
    public void A_checkpoint_is_due_by_bytes_by_records_or_by_epochs(long bytes, int records, int links, bool due) =>
        Assert.Equal(due, CheckpointPolicy.IsDue(new ShardLogOptions { CheckpointLogBytes = 1_000, CheckpointLogRecords = 10 }, bytes, records, links));

    [Fact]
    public void Mostly_dead_segments_are_written_anew_and_half_dead_ones_stay()
    {
        var rewrite = SegmentPolicy.Rewrite([(100, 49, 1_000), (100, 50, 1_000), (100, 0, 1_000), (100, 100, 1_000)], 1_000);
        Assert.Equal([0, 2], rewrite.Order().ToArray());
    }

    [Fact]
    public void Small_segments_of_one_size_are_merged_once_there_are_enough()
    {
        var seven = Enumerable.Repeat((10, 10, 100), 7).ToArray();
        Assert.Empty(SegmentPolicy.Rewrite(seven, 10_000));
        Assert.Equal(8, SegmentPolicy.Rewrite([.. seven, (10, 10, 100)], 10_000).Count);
        Assert.Empty(SegmentPolicy.Rewrite([.. seven, (10, 10, 5_000)], 10_000));
    }

    [Fact]
    public void However_small_the_checkpoints_a_row_is_written_a_few_times_only()
    {
        const int full = 1 << 20;
        const int perCheckpoint = 1 << 10;
        var segments = new List<int>();
        long written = 0;
        for (int i = 0; i < 4_000; i++)
        {
            var rewrite = SegmentPolicy.Rewrite([.. segments.Select(bytes => (bytes, bytes, bytes))], full);
            long fresh = perCheckpoint + rewrite.Sum(place => (long)segments[place]);
            segments = [.. segments.Where((_, place) => !rewrite.Contains(place))];
            written += fresh;
            for (; fresh > 0; fresh -= full)
                segments.Add((int)Math.Min(fresh, full));
        }

        double amplification = written / (4_000.0 * perCheckpoint);
        Assert.InRange(amplification, 1, 6);
        Assert.InRange(segments.Count, 1, 40);
    }

    [Fact]
    public void A_plan_keeps_what_is_stored_buries_what_died_and_wants_the_rest()
    {
        var segment = Stored(1, 10, 20, 30, 40);
        var plan = CheckpointPlan.Make([50, 40, 20, 10], [segment], [], new HashSet<ulong> { 20, 50 }, 1_000);
        var kept = Assert.Single(plan.Kept);
        Assert.Equal([false, true, true, false], Enumerable.Range(0, 4).Select(kept.Stored.IsDead));
        Assert.Equal([20ul, 50], plan.Wanted.Order().ToArray());
        Assert.Empty(plan.Dropped);
    }

    [Fact]
    public void A_row_that_is_dead_in_one_segment_is_taken_from_the_other()
    {
        var old = Stored(1, 10, 20);
        old = old with { Stored = old.Stored with { DeadRows = 1, Dead = new byte[] { 1 } } };
        var plan = CheckpointPlan.Make([10, 20], [old, Stored(2, 10)], [], new HashSet<ulong>(), 1_000);
        Assert.Empty(plan.Wanted);
        Assert.Equal(2, plan.Kept.Count);
    }

    [Fact]
    public void A_record_that_stays_covers_its_rows_and_a_mostly_dead_one_is_written_anew()
    {
        var (full, sparse, kept) = (Record(3, 10, 20), Record(4, 30, 40, 50), Record(1, 60, 70, 80));
        var plan = CheckpointPlan.Make([10, 20, 30, 80], [kept], [full, sparse], new HashSet<ulong> { 10, 20, 30 }, 1_000);
        Assert.Equal(full.Stored.Name, Assert.Single(plan.Kept).Stored.Name);
        Assert.Equal(kept.Stored.Name, Assert.Single(plan.Dropped).Stored.Name);
        Assert.Equal([30ul, 80], plan.Wanted.Order().ToArray());
    }

    [Fact]
    public void A_row_put_again_under_its_sequence_is_dead_in_the_earlier_record()
    {
        var tail = new LogTail();
        foreach (var (place, batch) in new[] { Shards.Batch(Shards.Put(1, 10), Shards.Put(2, 20)), Shards.Batch(Shards.Put(1, 10, 7)) }.Index())
        {
            var at = new LogPosition(1, (ulong)place);
            tail.Add(at, LogRecord.Batch(at, Guid.Empty, 1, 0, batch), batch, $"etag of {at}");
        }

        var records = tail.AsSegments(1).OrderBy(record => record.Stored.Name.Number).ToArray();
        Assert.Equal([true, false], Enumerable.Range(0, 2).Select(records[0].Stored.IsDead));
        Assert.False(records[1].Stored.IsDead(0));
        Assert.Equal(["etag of 1.0", "etag of 1.1"], records.Select(record => record.ETag));
        Assert.Empty(tail.AsSegments(10_000));
    }

    [Fact]
    public void Records_past_the_most_that_may_stay_are_written_anew_smallest_first()
    {
        var most = Enumerable.Range(0, SegmentPolicy.MostRecords).Select(i => (10, 10, 1_000 + i)).ToArray();
        Assert.Empty(SegmentPolicy.RewriteRecords(most));
        var rewrite = SegmentPolicy.RewriteRecords([.. most, (10, 10, 1)]);
        Assert.Equal(SegmentPolicy.MostRecords / 8, rewrite.Count);
        Assert.Contains(SegmentPolicy.MostRecords, rewrite);
        Assert.DoesNotContain(SegmentPolicy.MostRecords - 1, rewrite);
    }

    [Fact]
    public void Two_live_rows_of_one_sequence_are_a_mistake_of_the_caller() =>
        Assert.Throws<InvalidOperationException>(() => CheckpointPlan.Make([1, 1], [], [], new HashSet<ulong>(), 1_000));

    private static LiveSegment Record(ulong position, params ulong[] sequences) => new(
        new StoredSegment(SegmentName.Of(new(1, position)), sequences.Length, 1_000, 0, 0, default), sequences, "v");

    private static LiveSegment Stored(uint number, params ulong[] sequences) => new(
        new StoredSegment(new(1, number), sequences.Length, 1_000, 0, 0, default), sequences, "v");
}

using IqdbFlat.Engine.Scan;

namespace IqdbFlat.Engine.Tests.Scan;

public class ExplainTests
{
    [Fact]
    public void Stages_are_timed_where_they_happen()
    {
        // Two segments of four chunks and one of one: the time is looked at before the filter, between filter and scan, and after.
        using var index = new FlatIndex(1_024, Metric.Euclidean, new FlatIndexOptions { Time = new StepClock() });
        index.InsertBatch([.. Enumerable.Range(0, 2_100).Select(i => new Row((ulong)i, new float[1_024], Metadata.From(("n", (long)i))))]);
        Assert.Equal(3, index.Snapshot.Views.Length);
        var counts = index.Search(new float[1_024], 1, new SearchOptions { Filter = Filter.Gte("n", 3L) }).Explain;
        Assert.Equal(StepClock.Steps(9), counts.FilterTime);
        Assert.Equal(StepClock.Steps(9), counts.ScanTime);
        Assert.Equal(StepClock.Steps(1), counts.MergeTime);
        Assert.Equal(StepClock.Steps((3 * 9) + 2), counts.Elapsed);
    }

    [Fact]
    public void A_search_without_a_filter_spends_no_time_in_one()
    {
        using var index = new FlatIndex(16, Metric.Euclidean, new FlatIndexOptions { Time = new StepClock() });
        index.Insert(1, new float[16]);
        var counts = index.Search(new float[16], 1).Explain;
        Assert.Equal((TimeSpan.Zero, StepClock.Steps(1), SearchPlans.Scan), (counts.FilterTime, counts.ScanTime, counts.Plans));
        Assert.Equal(SearchPlans.None, index.Search(new float[16], 0).Explain.Plans);
    }

    /// <summary>What two runs of one search share.</summary>
    internal static SearchCounts WithoutTimes(SearchCounts counts) =>
        counts with { Elapsed = default, FilterTime = default, ScanTime = default, MergeTime = default };

    /// <summary>A clock that goes on by a step each time it is looked at.</summary>
    private sealed class StepClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public static TimeSpan Steps(int count) => TimeSpan.FromTicks(count);

        public override long GetTimestamp() => Interlocked.Increment(ref _now);
    }
}

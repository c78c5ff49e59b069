using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Plans;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Engine.Tests.Plans;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Tests.Scan;

/// <summary>Filters whose rows a column has listed, over more segments than a chunk is cut for: 256 rows each, the last one growing.</summary>
public sealed class ListedRowsTests : IDisposable
{
    private const int Dimension = 4_096;
    private const int InSegment = 256;
    private const int Count = (17 * InSegment) + 100;

    private readonly FlatIndex _index = new(Dimension, Metric.Euclidean);
    private readonly Random _random = new(29);

    public ListedRowsTests() => _index.InsertBatch([.. Enumerable.Range(0, Count).Select(i => new Row((ulong)i, Vector(i), MetadataOf(i)))]);

    public void Dispose() => _index.Dispose();

    [Fact]
    public async Task Listed_rows_give_what_each_row_by_itself_gives_for_any_plan_thread_and_age_of_a_snapshot()
    {
        var before = _index.Snapshot;
        for (int i = 0; i < Count; i += 6)
            _index.Delete((ulong)i);
        for (int i = 1; i < Count; i += 15)
            _index.UpdateMetadata((ulong)i, MetadataOf(i + 1));

        // The segment that the older snapshot sees the begin of fills up, and its columns are sealed.
        _index.InsertBatch([.. Enumerable.Range(Count, 2 * InSegment).Select(i => new Row((ulong)i, Vector(i), MetadataOf(i)))]);
        using var scheduler = new ScanScheduler(3);
        foreach (var snapshot in new[] { _index.Snapshot, before })
        {
            foreach (var filter in Filters())
            {
                var query = Vector(_random.Next(Count));
                int k = _random.Next(3) switch { 0 => 1, 1 => 10, _ => 2_000 };
                var expected = Expected(snapshot, query, filter, k, out int selected);
                foreach (var costs in ForcedPlans.All.Append(null))
                {
                    string what = $"{FilterText.Format(filter)}, k {k}, {costs}";
                    var alone = new SnapshotSearch(snapshot, query, k, filter, plan: SearchPlan.Scan) { Costs = costs }.Run();
                    Check(expected, alone, what);
                    Assert.True(alone.Explain.Scanned == selected, $"{what}: {selected} rows selected, {alone.Explain}");
                    if (costs == ForcedPlans.Gather)
                        Assert.True(alone.Explain.BytesRead == (long)selected * Dimension * sizeof(float), $"{what}: {alone.Explain}");
                    Check(expected, await scheduler.SubmitAsync(new SnapshotSearch(snapshot, query, k, filter) { Costs = costs }), what);
                }
            }
        }
    }

    [Fact]
    public void A_filter_of_few_rows_needs_no_mask_and_one_of_many_keeps_one()
    {
        Assert.Equal(SearchPlans.Gather, Plans(Filter.Eq("n", 3L)));
        Assert.Equal(SearchPlans.Gather, Plans(Filter.Eq("n", 3L)));
        Assert.All(Views(), view => Assert.Equal(0, view.Segment.KeptMasks.EstimatedBytes));

        Assert.Equal(SearchPlans.Gather, Plans(Filter.Eq("half", 1L)));
        Assert.Equal(SearchPlans.Gather | SearchPlans.KeptFilter, Plans(Filter.Eq("half", 1L)));
        Assert.All(Views(), view => Assert.NotEqual(0, view.Segment.KeptMasks.EstimatedBytes));

        SearchPlans Plans(Filter filter) =>
            new SnapshotSearch(_index.Snapshot, new float[Dimension], 5, filter, plan: SearchPlan.Scan) { Costs = ForcedPlans.Gather }.Run().Explain.Plans;

        IEnumerable<SegmentView> Views() => _index.Snapshot.Views.ToArray().OfType<SegmentView>().Where(view => view.Count == InSegment);
    }

    [Fact]
    public void Segments_share_values_that_are_the_same()
    {
        var shared = _index.Snapshot.PostingsOf("n");
        var own = _index.Snapshot.PostingsOf("own");
        Assert.Same(shared, _index.Snapshot.PostingsOf("n"));
        for (int segment = 1; segment < 17; segment++)
        {
            Assert.Same(shared.Of(0).Lists.Values, shared.Of(segment).Lists.Values);
            Assert.NotSame(own.Of(0).Lists.Values, own.Of(segment).Lists.Values);
        }

        Assert.False(shared.Of(17).IsListed);
        Assert.False(shared.Of(18).IsListed);
        Assert.False(_index.Snapshot.PostingsOf("none").Of(0).IsListed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Runs_of_a_list_are_counted(int seed)
    {
        var random = new Random(seed);
        for (int length = 0; length < 100; length++)
        {
            ushort[] rows = [.. Enumerable.Range(0, 200).Where(_ => random.Next(3) > 0).Take(length).Select(row => (ushort)row)];
            if (seed == 2)
                random.Shuffle(rows);
            int runs = rows.Where((row, i) => i == 0 || row != rows[i - 1] + 1).Count();
            Assert.Equal(runs, PostingLists.CountRuns(rows));
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public unsafe void Rows_that_come_near_are_offered_however_many_there_are_and_ties_with_them(int k)
    {
        var snapshot = _index.Snapshot;
        var expected = new BoundedTopK(k);
        var found = new BoundedTopK(k);
        var near = new NearRows(snapshot.PostingsOf("n"), snapshot.Layout.Shift, found);
        for (int segment = 16; segment >= 0; segment--)
        {
            int[] places = [.. Enumerable.Range(0, 45)];
            float[] distances = [.. places.Select(_ => (float)_random.Next(4))];
            int firstRow = snapshot.Layout.RowOf(segment, 0);
            fixed (int* list = places)
            fixed (float* measured = distances)
                near.Take(firstRow, list, measured, places.Length);
            foreach (int place in places)
                expected.Offer(DistanceOrder.KeyOf(distances[place]), snapshot.SequenceOf(firstRow + place), firstRow + place);
        }

        near.OfferAll();
        Assert.Equal(expected.ToSortedArray(), found.ToSortedArray());
    }

    // Distances meet by the dozen, so that sequences decide.
    private static float[] Vector(int row)
    {
        float[] vector = new float[Dimension];
        vector.AsSpan().Fill(row * 31 % 97);
        return vector;
    }

    private static Metadata MetadataOf(int row)
    {
        var fields = new List<KeyValuePair<string, MetadataValue>>
        {
            new("n", (long)(row * 7 % 40)), new("half", (long)(row % 2)), new("own", (long)row), new("run", (long)(row / 8)),
        };
        if (row % 5 == 0)
            fields.Add(new("rare", $"r{row % 3}"));
        return Metadata.From(fields);
    }

    private IEnumerable<Filter> Filters()
    {
        for (int i = 0; i < 4; i++)
        {
            yield return Filter.Eq("n", (long)_random.Next(40));
            yield return Filter.Lt("own", (long)_random.Next(20));
            yield return Filter.Eq("own", (long)_random.Next(Count));
            yield return Filter.Eq("run", (long)_random.Next(Count / 8));
        }

        yield return Filter.Lt("n", 1L);
        yield return Filter.Gt("n", 38L);
        yield return Filter.In("n", 5L, 6L);
        yield return Filter.In("n", 7L, 30L);
        yield return Filter.Eq("rare", "r1");
        yield return Filter.StartsWith("rare", "r");
        yield return Filter.Eq("half", 0L);
        yield return Filter.Eq("none", 0L);
        yield return Filter.Eq("n", "text");
        yield return Filter.And(Filter.Eq("n", 4L), Filter.Eq("half", 0L));
        yield return Filter.Not(Filter.Neq("n", 4L));
    }

    private static List<(RowId Id, uint Bits)> Expected(RowSnapshot snapshot, float[] query, Filter filter, int k, out int selected)
    {
        int[] rows = [.. snapshot.LiveRows().Where(row => FilterEvaluator.Matches(filter, snapshot.MetadataOf(row)))];
        selected = rows.Length;
        var vector = new float[Dimension];
        var found = new List<Candidate>();
        foreach (int row in rows)
        {
            snapshot.CopyVector(row, vector);
            found.Add(new(DistanceOrder.KeyOf(CanonicalDistance.Compute(Metric.Euclidean, query, vector)), row, snapshot.SequenceOf(row)));
        }

        found.Sort();
        return [.. found.Take(k).Select(candidate => (snapshot.IdOf(candidate.Row), BitConverter.SingleToUInt32Bits(DistanceOrder.FromKey(candidate.Key))))];
    }

    private static void Check(List<(RowId Id, uint Bits)> expected, SearchResult found, string what)
    {
        if (!expected.SequenceEqual(found.Hits.Select(hit => (hit.Id, BitConverter.SingleToUInt32Bits(hit.Distance)))))
            Assert.Fail($"{what}: expected {string.Join(", ", expected.Take(20))}; found {string.Join(", ", found.Hits.Take(20))}");
    }
}

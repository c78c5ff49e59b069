using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Engine.Tests.Plans;

namespace IqdbFlat.Engine.Tests.Scan;

public class SnapshotSearchTests
{
    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.DotProduct)]
    [InlineData(Metric.Manhattan)]
    [InlineData(Metric.Hamming)]
    [InlineData(Metric.SquaredEuclidean)]
    public void A_full_scan_of_20_000_rows_equals_the_naive_one(Metric metric)
    {
        var (index, oracle, rows) = Fill(20_000, 7, metric, seed: (int)metric);
        using (index)
        {
            var query = rows.Vector(7);
            IndexOracle.AssertSame(oracle.Search(query, 20_000), index.Search(query, 20_000).Hits);
        }
    }

    [Fact]
    public void The_nearest_of_200_000_rows_equal_the_naive_ones()
    {
        var (index, oracle, rows) = Fill(200_000, 5, Metric.Euclidean, seed: 21);
        using (index)
        {
            var query = rows.Vector(5);
            var all = oracle.Search(query, 200_000);
            foreach (int k in new[] { 1, 2, 10, 999, 65_536 })
                IndexOracle.AssertSame(all[..k], index.Search(query, k).Hits);
        }
    }

    [Fact]
    public void The_answer_does_not_depend_on_the_number_of_threads()
    {
        var rows = new RandomRows(4);
        using var sequential = new FlatIndex(48, Metric.Cosine);
        FlatIndex[] parallel = [.. new[] { 1, 2, 3, 7 }.Select(threads => new FlatIndex(48, Metric.Cosine, new FlatIndexOptions { Threads = threads }))];
        Row[] batch = [.. Enumerable.Range(0, 50_000).Select(i => new Row((ulong)i, rows.Vector(48), i % 3 == 0 ? rows.Metadata() : null))];
        RowId[] gone = [.. Enumerable.Range(0, 50_000).Where(_ => rows.Random.Next(5) == 0).Select(i => (RowId)(ulong)i)];
        foreach (var index in parallel.Prepend(sequential))
        {
            index.InsertBatch(batch);
            index.DeleteBatch(gone);
        }

        for (int i = 0; i < 40; i++)
        {
            var query = rows.Vector(48);
            var options = new SearchOptions { Filter = i % 2 == 0 ? null : rows.Filter(3), IncludeMetadata = true };
            var expected = sequential.Search(query, 100, options);

            // How many rows a bound leaves out depends on how early a near one is met; what a plain scan does is the same on any thread.
            var plain = options with { Plan = SearchPlan.Scan };
            var scanned = sequential.Search(query, 100, plain);
            foreach (var index in parallel)
            {
                var found = index.Search(query, 100, options);
                IndexOracle.AssertSame(expected.Hits, found.Hits);
                Assert.Equal((expected.Explain.Rows, expected.Explain.Filtered), (found.Explain.Rows, found.Explain.Filtered));
                found = index.Search(query, 100, plain);
                IndexOracle.AssertSame(scanned.Hits, found.Hits);
                Assert.Equal(ExplainTests.WithoutTimes(scanned.Explain), ExplainTests.WithoutTimes(found.Explain));
            }
        }

        Array.ForEach(parallel, index => index.Dispose());
    }

    [Fact]
    public void Chunks_may_run_in_any_order_on_any_worker()
    {
        var (index, oracle, rows) = Fill(30_000, 20, Metric.Manhattan, seed: 5);
        using (index)
        {
            var query = rows.Vector(20);
            var expected = oracle.Search(query, 50);
            for (int i = 0; i < 10; i++)
            {
                var search = new SnapshotSearch(index.Snapshot, query, 50);
                ScanWorker[] workers = [search.CreateWorker(), search.CreateWorker(), search.CreateWorker()];
                int[] chunks = [.. Enumerable.Range(0, search.ChunkCount)];
                rows.Random.Shuffle(chunks);
                foreach (int chunk in chunks)
                    search.RunChunk(chunk, workers[rows.Random.Next(3)]);
                IndexOracle.AssertSame(expected, search.Finish(workers).Hits);
            }
        }
    }

    [Fact]
    public void Ties_across_segments_go_to_the_earlier_sequence_wherever_the_rows_lie()
    {
        // 16 rows a segment, and rows that do not rise by sequence.
        var store = new RowStore(Limits.Dimension, Metric.Euclidean);
        var vector = new float[Limits.Dimension];
        ulong[] sequences = [.. Enumerable.Range(1, 100).Select(i => (ulong)i)];
        new Random(3).Shuffle(sequences);
        using (var writer = store.BeginWrite())
        {
            foreach (ulong sequence in sequences)
                writer.Put(sequence + 1_000, sequence, vector);
            writer.Publish();
        }

        foreach (int k in new[] { 1, 15, 16, 17, 99, 100, 101 })
        {
            var hits = new SnapshotSearch(store.Snapshot, vector, k).Run().Hits;
            Assert.Equal(Enumerable.Range(1, Math.Min(k, 100)).Select(i => (ulong)i), hits.Select(hit => hit.Sequence));
            Assert.All(hits, hit => Assert.Equal(hit.Sequence + 1_000, hit.Id.Number));
        }
    }

    [Fact]
    public void Updating_metadata_keeps_the_place_among_ties()
    {
        using var index = new FlatIndex(1, Metric.Euclidean);
        for (ulong id = 1; id <= 5; id++)
            index.Insert(id, [1f]);
        index.UpdateMetadata(2, Metadata.From(("a", 1L)));
        index.Upsert(3, [1f]);
        Assert.Equal([1UL, 2UL, 4UL, 5UL, 3UL], index.Search([0f], 10).Hits.Select(hit => hit.Id.Number));
    }

    [Fact]
    public void An_answer_of_more_than_65_536_hits_is_refused_and_one_of_65_536_is_not()
    {
        using var index = new FlatIndex(1, Metric.Euclidean);
        index.InsertBatch([.. Enumerable.Range(0, Limits.Hits).Select(i => new Row((ulong)i, new[] { (float)i }, Metadata.From(("odd", i % 2 == 1))))]);
        Assert.Equal(Limits.Hits, index.Search([0f], int.MaxValue).Hits.Count);
        index.Insert(1_000_000, [5f]);
        var error = Assert.Throws<FlatIndexException>(() => index.Search([0f], int.MaxValue));
        Assert.Equal((FlatErrorKind.ResourceLimitExceeded, "hits", Limits.Hits, Limits.Hits + 1L), (error.Kind, error.Error.Limit, error.Error.Max, error.Error.Found));
        Assert.Equal(Limits.Hits, index.Search([0f], Limits.Hits).Hits.Count);
        Assert.Equal(Limits.Hits / 2, index.Search([0f], int.MaxValue, new SearchOptions { Filter = Filter.Eq("odd", true) }).Hits.Count);
    }

    [Fact]
    public void An_answer_that_is_too_long_is_refused_before_a_row_is_read_unless_a_filter_may_shorten_it()
    {
        var store = new RowStore(1, Metric.Euclidean);
        using (var writer = store.BeginWrite())
        {
            for (ulong i = 1; i <= Limits.Hits + 2; i++)
                writer.Put(i, i, [i]);
            writer.Publish();
        }

        var error = Assert.Throws<FlatIndexException>(() => new SnapshotSearch(store.Snapshot, [0f], int.MaxValue));
        Assert.Equal((FlatErrorKind.ResourceLimitExceeded, "hits", Limits.Hits, Limits.Hits + 2L), (error.Kind, error.Error.Limit, error.Error.Max, error.Error.Found));
        Assert.Equal(Limits.Hits + 1, Assert.Throws<FlatIndexException>(() => new SnapshotSearch(store.Snapshot, [0f], Limits.Hits + 1)).Error.Found);
        Assert.Equal(Limits.Hits, new SnapshotSearch(store.Snapshot, [0f], Limits.Hits).Run().Hits.Count);
        var all = new SnapshotSearch(store.Snapshot, [0f], int.MaxValue, Filter.And());
        Assert.Equal(Limits.Hits + 2, Assert.Throws<FlatIndexException>(() => all.Run()).Error.Found);
    }

    [Fact]
    public void A_search_without_a_filter_allocates_by_k_and_not_by_rows()
    {
        // From a full segment on rows may have centres, whose distances from the query take a constant more.
        Assert.True(AllocatedBySearch(1_000) < 4_096);
        long few = AllocatedBySearch(40_000);
        long many = AllocatedBySearch(100_000);
        Assert.InRange(many, 0, few + 2_048);
        Assert.True(many < 8_192, $"{many} bytes");
    }

    [Fact]
    public void Explain_counts_the_bytes_that_were_read()
    {
        using var index = new FlatIndex(17, Metric.Euclidean, new FlatIndexOptions { Costs = ForcedPlans.Gather });
        index.InsertBatch([.. Enumerable.Range(0, 1_000).Select(i => new Row((ulong)i, new float[17], Metadata.From(("tenth", i % 10 == 0))))]);
        var all = index.Search(new float[17], 1).Explain;
        Assert.Equal((1_000, 0, 1_000, 1_000 * 128), (all.Rows, all.Filtered, all.Scanned, all.BytesRead));
        var tenth = index.Search(new float[17], 1, new SearchOptions { Filter = Filter.Eq("tenth", true) }).Explain;
        Assert.Equal((1_000, 900, 100, 100 * 128), (tenth.Rows, tenth.Filtered, tenth.Scanned, tenth.BytesRead));
        Assert.Equal((1_000, 0, 0, 0), Counts(index.Search(new float[17], 0).Explain));
    }

    private static (long Rows, long Filtered, long Scanned, long BytesRead) Counts(SearchCounts counts) =>
        (counts.Rows, counts.Filtered, counts.Scanned, counts.BytesRead);

    private static long AllocatedBySearch(int count)
    {
        using var index = new FlatIndex(32, Metric.Euclidean);
        index.InsertBatch([.. Enumerable.Range(0, count).Select(i => new Row((ulong)i, Enumerable.Repeat((float)(i * 37 % 1_000), 32).ToArray()))]);
        var query = new float[32];
        for (int i = 0; i < 3; i++)
            index.Search(query, 10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        index.Search(query, 10);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static (FlatIndex Index, IndexOracle Oracle, RandomRows Rows) Fill(int count, int dimension, Metric metric, int seed)
    {
        var rows = new RandomRows(seed);
        var index = new FlatIndex(dimension, metric);
        Row[] batch = [.. Enumerable.Range(0, count).Select(i => new Row((ulong)i, rows.Vector(dimension)))];
        index.InsertBatch(batch);
        return (index, IndexOracle.Of(dimension, metric, batch), rows);
    }
}

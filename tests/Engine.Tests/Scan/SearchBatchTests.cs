using IqdbFlat.Engine.Scan;

namespace IqdbFlat.Engine.Tests.Scan;

/// <summary>A batch goes through the rows as a tile. Each query must get what it gets alone: the hits, the bits, the order, the error.</summary>
public class SearchBatchTests
{
    private const int Rows = 700;

    public static TheoryData<HardKind, Metric> Matrix()
    {
        TheoryData<HardKind, Metric> matrix = [];
        foreach (var kind in HardData.Kinds)
        {
            foreach (var metric in Enum.GetValues<Metric>())
                matrix.Add(kind, metric);
        }

        return matrix;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Each_answer_of_a_batch_is_that_of_the_oracle_whatever_the_batch_the_threads_and_the_plan(HardKind kind, Metric metric)
    {
        var data = new HardData(kind, 40, seed: (int)metric);
        Row[] rows = data.Rows(Rows);
        var oracle = IndexOracle.Of(40, metric, rows);
        float[][] queries = [.. data.Take(8), [.. rows[3].Vector.Span]];
        Hit[][] ranked = [.. queries.Select(query => oracle.Search(query, Rows))];
        foreach (int threads in new[] { 1, 3 })
        {
            using var index = new FlatIndex(40, metric, new FlatIndexOptions { Threads = threads });
            index.InsertBatch(rows);
            foreach (int k in new[] { 1, 20, Rows })
            {
                foreach (var (batch, plan) in new[] { (1, SearchPlan.Auto), (2, SearchPlan.Scan), (3, SearchPlan.Pruned), (9, SearchPlan.Auto), (9, SearchPlan.Pruned), (9, SearchPlan.Scan) })
                {
                    var options = new SearchOptions { Plan = plan };
                    var answers = queries.Chunk(batch).SelectMany(some => index.SearchBatch([.. some.Select(query => (ReadOnlyMemory<float>)query)], k, options)).ToArray();
                    for (int i = 0; i < queries.Length; i++)
                        IndexOracle.AssertSame([.. ranked[i].Take(k)], answers[i].Hits);
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Dead_rows_filters_and_many_segments_change_nothing(int threads)
    {
        // 256 rows a segment of 4,096 components; some rows die, some are replaced, and some only change their metadata.
        const int Dimension = 4_096;
        var random = new RandomRows(11);
        var data = new HardData(HardKind.Ties, Dimension, 12);
        using var index = new FlatIndex(Dimension, Metric.SquaredEuclidean, new FlatIndexOptions { Threads = threads });
        index.InsertBatch([.. data.Rows(Rows).Select(row => row with { Metadata = random.Metadata() })]);
        index.DeleteBatch([.. Enumerable.Range(0, Rows).Where(i => i is > 300 and < 420 || random.Random.Next(9) == 0).Select(i => (RowId)(ulong)i)]);
        foreach (int i in Enumerable.Range(0, 60))
            index.Upsert((ulong)random.Random.Next(Rows + 100), data.Next(), random.Metadata());
        ReadOnlyMemory<float>[] queries = [.. data.Take(67).Select(query => (ReadOnlyMemory<float>)query)];
        foreach (var filter in new[] { null, Filter.And(), Filter.Or(), random.Filter(2), random.Filter(3), Filter.Eq("a", 1L) })
        {
            var options = new SearchOptions { Filter = filter, IncludeMetadata = true };
            foreach (int k in new[] { 10, int.MaxValue })
            {
                var answers = index.SearchBatch(queries, k, options);
                for (int i = 0; i < queries.Length; i++)
                {
                    var alone = index.Search(queries[i].Span, k, options);
                    IndexOracle.AssertSame(alone.Hits, answers[i].Hits);
                    Assert.Equal(
                        (alone.Explain.Rows, alone.Explain.Filtered, alone.Explain.Scanned + alone.Explain.Pruned),
                        (answers[i].Explain.Rows, answers[i].Explain.Filtered, answers[i].Explain.Scanned + answers[i].Explain.Pruned));
                }
            }
        }
    }

    [Theory]
    [InlineData(SearchPlan.Auto)]
    [InlineData(SearchPlan.Scan)]
    [InlineData(SearchPlan.Pruned)]
    public void A_greatest_distance_below_zero_has_no_hits(SearchPlan plan)
    {
        var data = new HardData(HardKind.Normal, 40, 4);
        using var index = new FlatIndex(40, Metric.Euclidean);
        Row[] rows = data.Rows(Rows);
        index.InsertBatch(rows);
        ReadOnlyMemory<float>[] queries = [rows[3].Vector, .. data.Take(5).Select(query => (ReadOnlyMemory<float>)query)];
        foreach (float max in new[] { -float.Epsilon, -1, float.NegativeInfinity })
            Assert.All(index.SearchBatch(queries, 5, new SearchOptions { Plan = plan, MaxDistance = max }), answer => Assert.Empty(answer.Hits));
        foreach (float max in new[] { -0f, 0f })
            Assert.Equal([1, 0, 0, 0, 0, 0], index.SearchBatch(queries, 5, new SearchOptions { Plan = plan, MaxDistance = max }).Select(answer => answer.Hits.Count));
    }

    [Fact]
    public void Long_vectors_make_small_tiles_and_the_same_answers()
    {
        const int Dimension = Limits.Dimension;
        var data = new HardData(HardKind.Normal, Dimension, 3);
        using var index = new FlatIndex(Dimension, Metric.Manhattan);
        index.InsertBatch(data.Rows(20));
        ReadOnlyMemory<float>[] queries = [.. data.Take(6).Select(query => (ReadOnlyMemory<float>)query)];
        var answers = index.SearchBatch(queries, 5);
        for (int i = 0; i < queries.Length; i++)
            IndexOracle.AssertSame(index.Search(queries[i].Span, 5).Hits, answers[i].Hits);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_first_error_in_the_order_of_the_queries_ends_the_batch(int threads)
    {
        using var index = new FlatIndex(2, Metric.Euclidean, new FlatIndexOptions { Threads = threads });
        index.InsertBatch([.. Enumerable.Range(0, Limits.Hits + 1).Select(i => new Row((ulong)i, new[] { i, 0f }))]);
        ReadOnlyMemory<float> good = new float[2];
        ReadOnlyMemory<float>[] queries = [.. Enumerable.Repeat(good, 130)];
        queries[99] = new float[3];
        queries[120] = new float[] { float.NaN, 0 };
        Assert.Equal((FlatErrorKind.DimensionMismatch, 99), KindAndItem(() => index.SearchBatch(queries, 1)));

        // A filter may shorten an answer, so one that is too long is known only when the search has run: before what is wrong with a later query.
        Assert.Equal(
            (FlatErrorKind.ResourceLimitExceeded, 0), KindAndItem(() => index.SearchBatch(queries, int.MaxValue, new SearchOptions { Filter = Filter.And() })));
        Assert.Empty(index.SearchBatch([], 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_cancelled_batch_ends(int threads)
    {
        using var index = new FlatIndex(16, Metric.Euclidean, new FlatIndexOptions { Threads = threads });
        index.InsertBatch(new HardData(HardKind.Normal, 16, 1).Rows(100_000));
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => index.SearchBatch([new float[16], new float[16]], 1, cancellationToken: cancellation.Token));
    }

    [Fact]
    public void A_batch_allocates_by_its_queries_and_not_by_rows()
    {
        long few = AllocatedBy(1_000);
        long many = AllocatedBy(100_000);

        // Less than a byte a row; the compiler may have learnt meanwhile to do without some object of a query.
        Assert.InRange(many, 0, few + 8_192);

        static long AllocatedBy(int count)
        {
            using var index = new FlatIndex(16, Metric.Euclidean);
            index.InsertBatch([.. Enumerable.Range(0, count).Select(i => new Row((ulong)i, Enumerable.Repeat((float)(i * 37 % 1_000), 16).ToArray()))]);
            ReadOnlyMemory<float>[] queries = [.. Enumerable.Range(0, 64).Select(_ => (ReadOnlyMemory<float>)new float[16])];
            for (int i = 0; i < 3; i++)
                index.SearchBatch(queries, 10);
            long before = GC.GetAllocatedBytesForCurrentThread();
            index.SearchBatch(queries, 10);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static (FlatErrorKind Kind, int? Item) KindAndItem(Action act)
    {
        var error = Assert.Throws<FlatIndexException>(act);
        return (error.Kind, error.Error.Item);
    }
}

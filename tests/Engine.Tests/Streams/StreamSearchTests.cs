namespace IqdbFlat.Engine.Tests.Streams;

/// <summary>Rows that pass by once must give what an index that keeps them gives: rows, order and bits.</summary>
public class StreamSearchTests
{
    /// <summary>Vectors so long that a block of the least size holds 64 rows.</summary>
    private const int Long = 4_096;

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
    public void Answers_are_those_of_the_oracle_whatever_the_threads(HardKind kind, Metric metric)
    {
        var data = new HardData(kind, 40, seed: (int)metric);
        Row[] rows = data.Rows(300);
        float[][] queries = [.. data.Take(66), [.. rows[3].Vector.Span]];
        var ranked = Ranked(rows, 40, metric, queries);
        foreach (int threads in new[] { 1, 3 })
        {
            foreach (int k in new[] { 1, 20, 1_000 })
            {
                using var search = Begin(40, metric, queries, k, threads);
                AddAll(search, rows);
                AssertSame(ranked, k, search.Answers());
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Rows_of_many_blocks_answers_in_between_and_going_on_change_nothing(int threads)
    {
        var data = new HardData(HardKind.Ties, Long, 5);
        Row[] rows = data.Rows(500);
        float[][] queries = [.. data.Take(9)];
        var ranked = Ranked(rows, Long, Metric.SquaredEuclidean, queries);
        foreach (int cut in new[] { 1, 64, 65, 499 })
        {
            using var first = Begin(Long, Metric.SquaredEuclidean, queries, 30, threads);
            AddAll(first, rows.AsSpan(0, cut));
            AssertSame([.. ranked.Select(hits => hits.Where(hit => hit.Id.Number < (ulong)cut).ToArray())], 30, first.Answers());

            using var second = Begin(Long, Metric.SquaredEuclidean, queries, 30, threads);
            second.GoOn(first.RowCount, first.Answers());
            AddAll(first, rows.AsSpan(cut));
            AddAll(second, rows.AsSpan(cut));
            Assert.Equal(500, second.RowCount);
            AssertSame(ranked, 30, first.Answers());
            AssertSame(ranked, 30, second.Answers());
        }
    }

    [Fact]
    public void No_rows_have_no_hits()
    {
        using var search = Begin(3, Metric.Cosine, [[1, 2, 3]], 5, 1);
        Assert.Empty(Assert.Single(search.Answers()));
    }

    [Fact]
    public void Bad_input_is_one_clear_error()
    {
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => Begin(0, Metric.Cosine, [[1]], 1, 1)));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => Begin(1, Metric.Cosine, [], 1, 1)));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => Begin(1, Metric.Cosine, [[1]], 0, 1)));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => Begin(1, Metric.Cosine, [[1]], Limits.Hits + 1, 1)));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => Begin(1, Metric.Cosine, [[1]], 1, 0)));
        var second = Assert.Throws<FlatIndexException>(() => Begin(1, Metric.Cosine, [[1], [1, 2]], 1, 1));
        Assert.Equal((FlatErrorKind.DimensionMismatch, 1), (second.Kind, second.Error.Item));

        using var search = Begin(2, Metric.Cosine, [[1, 2]], 1, 1);
        Assert.Equal(FlatErrorKind.InvalidVector, Kind(() => search.Add([1, float.NaN])));
        Assert.Equal(FlatErrorKind.DimensionMismatch, Kind(() => search.Add([1])));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => search.GoOn(3, [[new(3, 0)]])));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => search.GoOn(3, [])));
        search.Add([1, 2]);
        Assert.Throws<InvalidOperationException>(() => search.GoOn(0, [[]]));
        Assert.Equal(1, search.RowCount);
    }

    [Fact]
    public void A_cancelled_search_says_so()
    {
        using var stop = new CancellationTokenSource();
        using var search = Begin(Long, Metric.Euclidean, [.. new HardData(HardKind.Normal, Long, 1).Take(4)], 5, 2);
        AddAll(search, new HardData(HardKind.Normal, Long, 2).Rows(70));
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => search.Answers(stop.Token));
    }

    private static StreamSearch Begin(int dimension, Metric metric, float[][] queries, int k, int threads) => new(
        dimension,
        metric,
        [.. queries.Select(query => (ReadOnlyMemory<float>)query)],
        k,
        new() { Threads = threads, BlockBytes = StreamSearchOptions.LeastBlockBytes });

    private static void AddAll(StreamSearch search, ReadOnlySpan<Row> rows)
    {
        foreach (var row in rows)
            search.Add(row.Vector.Span);
    }

    /// <summary>All rows, nearest first, for each query.</summary>
    private static Hit[][] Ranked(Row[] rows, int dimension, Metric metric, float[][] queries)
    {
        var oracle = IndexOracle.Of(dimension, metric, rows);
        return [.. queries.Select(query => oracle.Search(query, rows.Length))];
    }

    private static void AssertSame(Hit[][] ranked, int k, IReadOnlyList<IReadOnlyList<StreamHit>> answers)
    {
        Assert.Equal(ranked.Length, answers.Count);
        for (int i = 0; i < ranked.Length; i++)
        {
            var expected = ranked[i].Take(k).Select(hit => ((long)hit.Id.Number, BitConverter.SingleToUInt32Bits(hit.Distance)));
            var found = answers[i].Select(hit => (hit.Row, BitConverter.SingleToUInt32Bits(hit.Distance)));

            // Asserting finds the first difference and is slow about it.
            if (!expected.SequenceEqual(found))
                Assert.Equal(expected, found);
        }
    }

    private static FlatErrorKind Kind(Action action) => Assert.Throws<FlatIndexException>(action).Kind;
}

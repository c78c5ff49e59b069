namespace IqdbFlat.Engine.Tests.Pruning;

/// <summary>Every plan gives the oracle's answer, to the bit, on data made to break bounds.</summary>
public class PrunedSearchTests
{
    private const int Rows = 1_500;
    private const int Dimension = 40;
    private static readonly int[] Wanted = [1, 10, 300];

    public static TheoryData<HardKind, Metric> Cases
    {
        get
        {
            var cases = new TheoryData<HardKind, Metric>();
            foreach (var kind in HardData.Kinds)
            {
                foreach (var metric in Enum.GetValues<Metric>())
                    cases.Add(kind, metric);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_plan_gives_the_answer_of_the_oracle(HardKind kind, Metric metric)
    {
        var data = new HardData(kind, Dimension, 71);
        Row[] rows = [.. data.Rows(Rows).Select((row, i) => row with { Metadata = Metadata.From(("third", i % 3 == 0), ("rare", i % 50 == 0)) })];
        var oracle = IndexOracle.Of(Dimension, metric, rows);
        using var one = new FlatIndex(Dimension, metric);
        using var several = new FlatIndex(Dimension, metric, new() { Threads = 3 });
        using var plain = new FlatIndex(Dimension, metric, new() { Pruning = false });
        FlatIndex[] indexes = [one, several, plain];
        foreach (var index in indexes)
            index.InsertBatch(rows);
        float[][] queries = [data.Next(), [.. rows[3].Vector.ToArray()], new float[Dimension]];
        Check();
        for (ulong id = 0; id < Rows; id += 7)
        {
            oracle.Delete(id);
            foreach (var index in indexes)
                index.Delete(id);
        }

        Check();

        void Check()
        {
            Filter?[] filters = [null, Filter.Eq("third", true), Filter.Eq("rare", true)];
            foreach (float[] query in queries)
            {
                foreach (var filter in filters)
                {
                    var all = oracle.Search(query, Wanted[^1], filter);
                    foreach (int k in Wanted)
                    {
                        foreach (var plan in Enum.GetValues<SearchPlan>())
                        {
                            foreach (var index in indexes)
                                IndexOracle.AssertSame([.. all.Take(k)], index.Search(query, k, new() { Filter = filter, Plan = plan }).Hits);
                        }
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.SquaredEuclidean)]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.DotProduct)]
    public void Most_rows_of_ordinary_data_are_pruned(Metric metric)
    {
        var data = new HardData(HardKind.Normal, 64, 72);
        using var index = new FlatIndex(64, metric);
        index.InsertBatch(data.Rows(20_000));
        foreach (var plan in new[] { SearchPlan.Auto, SearchPlan.Pruned })
        {
            var counts = index.Search(data.Next(), 10, new() { Plan = plan }).Explain;
            Assert.Equal(counts.Rows, counts.Pruned + counts.Scanned);
            Assert.True(counts.Pruned > 0.9 * counts.Rows, $"{counts}");
            Assert.True(counts.Plans.HasFlag(SearchPlans.Pruned));
            Assert.True(counts.BytesRead < counts.Rows * 64 * sizeof(float) / 2, $"{counts}");
        }

        Assert.Equal(0, index.Search(data.Next(), 10, new() { Plan = SearchPlan.Scan }).Explain.Pruned);
    }

    [Theory]
    [InlineData(Metric.Manhattan)]
    [InlineData(Metric.Hamming)]
    public void Metrics_without_a_bound_have_no_codes(Metric metric)
    {
        var data = new HardData(HardKind.Normal, 64, 73);
        using var index = new FlatIndex(64, metric);
        using var without = new FlatIndex(64, metric, new() { Pruning = false });
        Row[] rows = data.Rows(2_000);
        index.InsertBatch(rows);
        without.InsertBatch(rows);
        Assert.Equal(without.Stats.MemoryBytes, index.Stats.MemoryBytes);
        Assert.Equal(0, index.Search(data.Next(), 10, new() { Plan = SearchPlan.Pruned }).Explain.Pruned);
    }

    [Fact]
    public void Where_most_rows_survive_the_plain_scan_takes_over()
    {
        // Differences far below a step of the codes: no bound can tell the rows apart.
        var data = new HardData(HardKind.HugeOffset, 512, 74);
        using var index = new FlatIndex(512, Metric.Euclidean);
        index.InsertBatch(data.Rows(20_000));
        float[] query = data.Next();
        var forced = index.Search(query, 10, new() { Plan = SearchPlan.Pruned }).Explain;
        var free = index.Search(query, 10).Explain;
        Assert.Equal(0, forced.Pruned);
        long vectors = forced.Rows * 512 * sizeof(float);
        Assert.True(forced.BytesRead > 1.2 * vectors, $"{forced}");
        Assert.True(free.BytesRead < 1.1 * vectors, $"{free}");
    }

    [Fact]
    public void Where_a_third_of_all_rows_survives_everywhere_the_plain_scan_takes_over()
    {
        // Every third row is too near the query for the bounds to tell it from the others that are: fetched one by one they cost more than all in a row.
        const int Dimension = 512;
        var far = new HardData(HardKind.Normal, Dimension, 76);
        var noise = new HardData(HardKind.Normal, Dimension, 77);
        float[] centre = far.Next();
        float[] Near() => [.. noise.Next().Select((value, j) => centre[j] + (value * 1e-4f))];
        using var index = new FlatIndex(Dimension, Metric.Euclidean);
        index.InsertBatch([.. Enumerable.Range(0, 15_000).Select(i => new Row((ulong)i, i % 3 == 0 ? Near() : far.Next()))]);
        float[] query = Near();
        var free = index.Search(query, 10);
        IndexOracle.AssertSame(index.Search(query, 10, new() { Plan = SearchPlan.Scan }).Hits, free.Hits);
        Assert.InRange(free.Explain.BytesRead, 0.9 * 15_000 * Dimension * sizeof(float), 1.1 * 15_000 * Dimension * sizeof(float));
    }

    [Theory]
    [InlineData(16_384)]
    [InlineData(65_536)]
    public void Segments_of_few_rows_have_small_blocks(int dimension)
    {
        var data = new HardData(HardKind.Clustered, dimension, 75);
        Row[] rows = data.Rows(70);
        using var index = new FlatIndex(dimension, Metric.Cosine, new() { Threads = 2 });
        index.InsertBatch(rows);
        index.Delete(3);
        float[] query = data.Next();
        var pruned = index.Search(query, 2, new() { Plan = SearchPlan.Pruned });
        IndexOracle.AssertSame(index.Search(query, 2, new() { Plan = SearchPlan.Scan }).Hits, pruned.Hits);
        Assert.True(pruned.Explain.Pruned > 0, $"{pruned.Explain}");
    }
}

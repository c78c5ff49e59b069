using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Tests.Ranked;

/// <summary>Bounds, cursors, ties, groups and fused ranks against all rows, measured, sorted and cut one by one.</summary>
public class RankedSearchTests
{
    private const int Rows = 900;
    private const int Dimension = 4;

    public static TheoryData<Metric> Metrics => [.. Enum.GetValues<Metric>()];

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Bounds_skip_and_ties_cut_the_sorted_rows(Metric metric)
    {
        var (index, oracle, random) = Filled(metric);
        using var _ = index;
        for (int turn = 0; turn < 60; turn++)
        {
            float[] query = random.Vector(Dimension);
            var filter = turn % 2 == 0 ? null : random.Filter(2);
            var all = oracle.Search(query, int.MaxValue, filter);
            var options = Bounded(random, all) with { Filter = filter, Plan = (SearchPlan)(turn % 3), Skip = turn % 4 == 0 ? random.Random.Next(50) : 0, IncludeTies = turn % 3 == 0 };
            int k = turn % 5 == 0 ? int.MaxValue : random.Random.Next(60);
            var expected = Cut(all, k, options);
            IndexOracle.AssertSame(expected, index.Search(query, k, options).Hits);
            IndexOracle.AssertSame(expected, index.SearchBatch([.. Enumerable.Repeat((ReadOnlyMemory<float>)query, 7)], k, options)[6].Hits);
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Pages_by_cursor_are_the_sorted_rows(Metric metric)
    {
        var (index, oracle, random) = Filled(metric);
        using var _ = index;
        float[] query = random.Vector(Dimension);
        foreach (var plan in Enum.GetValues<SearchPlan>())
        {
            var found = new List<Hit>();
            var options = new SearchOptions { Plan = plan, Filter = random.Filter(1) };
            while (true)
            {
                var page = index.Search(query, random.Random.Next(1, 90), options).Hits;
                if (page.Count == 0)
                    break;
                found.AddRange(page);
                options = options with { Cursor = page[^1].Cursor };
            }

            IndexOracle.AssertSame(oracle.Search(query, int.MaxValue, options.Filter), found);
        }
    }

    [Fact]
    public void Hits_that_stay_come_once_over_the_pages_while_others_are_written()
    {
        var (index, _, random) = Filled(Metric.Euclidean);
        using var disposed = index;
        float[] query = random.Vector(Dimension);
        RowId[] before = [.. index.Search(query, int.MaxValue).Hits.Select(hit => hit.Id)];
        HashSet<RowId> touched = [];
        var seen = new List<Hit>();
        for (string? cursor = null; ;)
        {
            var page = index.Search(query, 20, new SearchOptions { Cursor = cursor }).Hits;
            if (page.Count == 0)
                break;
            seen.AddRange(page);
            cursor = page[^1].Cursor;
            for (int write = 0; write < 5; write++)
            {
                var id = random.Id(Rows);
                touched.Add(id);
                index.Upsert(id, random.Vector(Dimension));
            }
        }

        Assert.Equal(seen.Count, seen.Select(hit => hit.Sequence).Distinct().Count());
        Assert.Equal(before.Where(id => !touched.Contains(id)), seen.Select(hit => hit.Id).Where(id => !touched.Contains(id)));
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Groups_are_those_of_the_sorted_rows(Metric metric)
    {
        var (index, oracle, random) = Filled(metric);
        using var _ = index;
        for (int turn = 0; turn < 12; turn++)
        {
            float[] query = random.Vector(Dimension);
            string field = random.Field();
            var (groups, perGroup) = (random.Random.Next(30), random.Random.Next(4));
            var filter = turn % 2 == 0 ? null : random.Filter(2);
            var expected = oracle.Search(query, int.MaxValue, filter, includeMetadata: true)
                .Where(hit => hit.Metadata!.TryGetValue(field, out var value) && value.Kind != MetadataKind.Array && FilterEvaluator.Matches(Filter.Eq(field, value), hit.Metadata))
                .GroupBy(hit => hit.Metadata![field], new AsEq(field))
                .Take(perGroup == 0 ? 0 : groups)
                .Select(group => (group.First().Metadata![field], group.Take(perGroup).ToArray()))
                .ToArray();
            var found = index.SearchGroups(query, field, groups, perGroup, new SearchOptions { Filter = filter, IncludeMetadata = true });
            Assert.Equal(expected.Length, found.Count);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i].Item1, found[i].Value);
                IndexOracle.AssertSame(expected[i].Item2, found[i].Hits);
            }
        }
    }

    [Fact]
    public void The_filter_of_groups_has_63_levels_and_16_373_nodes_at_the_most()
    {
        using var index = new FlatIndex(1, Metric.Euclidean);
        index.Insert(1, [1], Metadata.From(("x", 1L)));
        index.Insert(2, [2], Metadata.From(("x", 2L)));
        foreach (int groups in new[] { 1, 2, 3 })
        {
            Assert.Equal(Math.Min(groups, 2), Found(Deep(62), groups).Count);
            Assert.Throws<FlatIndexException>(() => Found(Deep(64), groups));
            Assert.Equal(Math.Min(groups, 2), Found(Wide(16_373), groups).Count);
            Assert.Equal(FlatErrorKind.InvalidFilter, Assert.Throws<FlatIndexException>(() => Found(Wide(16_374), groups)).Kind);
        }

        Assert.Equal(2, Found(Filter.And(Deep(62)), 2).Count);

        IReadOnlyList<HitGroup> Found(Filter filter, int groups) => index.SearchGroups(new float[1], "x", groups, 1, new SearchOptions { Filter = filter });

        // An even number of levels, so that every row passes.
        static Filter Deep(int levels) => Enumerable.Range(0, levels).Aggregate(Filter.Gte("x", 0L), (inner, _) => Filter.Not(inner));

        static Filter Wide(int nodes) => Filter.And([.. Enumerable.Repeat(Filter.Gte("x", 0L), nodes - 1)]);
    }

    [Fact]
    public void Fused_ranks_are_summed_by_the_formula()
    {
        var parts = new VectorParts(new("a", 2, Metric.Euclidean), new("b", 3, Metric.Cosine));
        using var index = new FlatIndex(parts);
        var random = new RandomRows(5);
        for (ulong id = 0; id < 200; id++)
            index.Insert(id, parts.Pack(("a", random.Normal(2)), ("b", id % 3 == 0 ? null : (ReadOnlyMemory<float>?)random.Normal(3))), Metadata.From(("even", id % 2 == 0)));
        FusedQuery[] queries = [new(random.Normal(2), "a"), new(random.Normal(3), "b"), new(random.Normal(2), "a", Filter.Eq("even", true))];
        var expected = queries
            .SelectMany(query => index.Search(query.Query.Span, 40, new SearchOptions { VectorName = query.VectorName, Filter = query.Filter }).Hits.Select((hit, i) => (hit, score: 1.0 / (60 + i + 1))))
            .GroupBy(found => found.hit.Id)
            .Select(row => (row.Key, Score: row.Aggregate(0.0, (sum, found) => sum + found.score), row.First().hit.Sequence))
            .OrderByDescending(row => row.Score).ThenBy(row => row.Sequence).Take(25);
        Assert.Equal(expected, index.SearchFused(queries, 25, depth: 40).Select(hit => (hit.Id, hit.Score, hit.Sequence)));
        var error = Assert.Throws<FlatIndexException>(() => index.SearchFused([queries[0], new(new float[2], "b")], 5));
        Assert.Equal((FlatErrorKind.DimensionMismatch, 1), (error.Kind, error.Error.Item!.Value));
    }

    [Fact]
    public void Scores_are_bounds_of_distance()
    {
        using var cosine = new FlatIndex(2, Metric.Cosine);
        using var product = new FlatIndex(2, Metric.DotProduct);
        var random = new Random(3);
        for (ulong id = 0; id < 300; id++)
        {
            float[] vector = [random.Next(-3, 4), random.Next(-3, 4)];
            cosine.Insert(id, vector);
            product.Insert(id, vector);
        }

        foreach (float score in new[] { -1f, -0.5f, -1e-30f, -0f, 0f, float.Epsilon, 1e-30f, 5.9604645e-8f, 0.25f, 0.1f, 0.70710677f, 1f, 3f })
        {
            var near = cosine.Search([1, 1], int.MaxValue, new SearchOptions { MinScore = score }).Hits;
            Assert.Equal(cosine.Search([1, 1], int.MaxValue).Hits.Where(hit => 1 - (double)hit.Distance >= score), near);
            var large = product.Search([1, 1], int.MaxValue, new SearchOptions { MinScore = score }).Hits;
            Assert.Equal(product.Search([1, 1], int.MaxValue).Hits.Where(hit => -hit.Distance >= score), large);
        }
    }

    [Fact]
    public void Errors_come_in_the_order_of_the_contract_and_answers_are_capped()
    {
        using var index = new FlatIndex(1, Metric.Euclidean);
        index.InsertBatch([.. Enumerable.Range(0, Limits.Hits + 2).Select(id => new Row((ulong)id, new float[] { id / 60_000 }))]);
        var deep = Enumerable.Range(0, 65).Aggregate(Filter.And(), (inner, _) => Filter.Not(inner));
        var everything = new SearchOptions { MinDistance = 2, MaxDistance = 1, MinScore = float.NaN, Skip = -1, Cursor = "?", Filter = deep };
        Check(-1, everything, "k is at least 0");
        Check(1, everything, "go from a least to a greatest one, found 2 and 1");
        Check(1, everything with { MinDistance = float.NaN }, "found NaN and 1");
        Check(1, everything = everything with { MinDistance = null }, "a least score is a number");
        Check(1, everything with { MinScore = 1 }, "expected a greatest distance for Euclidean");
        Check(1, everything = everything with { MinScore = null }, "passes over 0 hits or more, found -1");
        Check(1, everything = everything with { Skip = 0 }, "expected the cursor of a hit");
        Check(1, everything with { Cursor = null }, "at most 64 levels");
        Assert.Empty(index.Search([0], 0, everything with { Cursor = null }).Hits);
        Check(int.MaxValue, new() { MaxDistance = 1 }, "at most 65536 hits");
        Assert.Equal(60_000, index.Search([0], int.MaxValue, new SearchOptions { MaxDistance = 0 }).Hits.Count);
        Check(60_000, new() { Skip = 6_000 }, "at most 65536 hits");
        Assert.Equal(60_000, index.Search([0], 1, new SearchOptions { IncludeTies = true }).Hits.Count);
        Assert.Equal(5_538, index.Search([0], 10, new SearchOptions { Skip = 60_000, IncludeTies = true, MinDistance = 0.5f, MaxDistance = 1 }).Hits.Count + 5_538);
        Assert.Throws<FlatIndexException>(() => index.SearchGroups(new float[1], "x", 1_025, 1));
        Assert.Throws<FlatIndexException>(() => index.SearchGroups(new float[1], "x", 1_000, 100));
        Assert.Throws<FlatIndexException>(() => index.SearchFused([], 1));

        void Check(int k, SearchOptions options, string message) =>
            Assert.Contains(message, Assert.Throws<FlatIndexException>(() => index.Search([0], k, options)).Message, StringComparison.Ordinal);
    }

    private static SearchOptions Bounded(RandomRows random, Hit[] all)
    {
        float? min = Of(3), max = Of(2);
        return min > max ? new() { MinDistance = max, MaxDistance = min } : new() { MinDistance = min, MaxDistance = max };

        float? Of(int oneIn) => all.Length > 0 && random.Random.Next(oneIn) == 0 && all[random.Random.Next(all.Length)].Distance is var distance && !float.IsNaN(distance) ? distance : null;
    }

    /// <summary>The contract's words: bounds by value, both ends; then the hits that are passed over, those wanted, and all at the distance of the last of these.</summary>
    private static Hit[] Cut(Hit[] all, int k, SearchOptions options)
    {
        Hit[] within = [.. all.Where(hit => (options.MinDistance is null || !(hit.Distance < options.MinDistance)) && (options.MaxDistance is null || hit.Distance <= options.MaxDistance))];
        long end = Math.Min(within.Length, (long)k + options.Skip);
        if (k == 0)
            return [];
        while (options.IncludeTies && end > 0 && end < within.Length && DistanceOrder.KeyOf(within[end].Distance) == DistanceOrder.KeyOf(within[end - 1].Distance))
            end++;
        return [.. within.Take((int)end).Skip(options.Skip)];
    }

    private static (FlatIndex Index, IndexOracle Oracle, RandomRows Random) Filled(Metric metric)
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new RandomRows(seed);
        var index = new FlatIndex(Dimension, metric, new FlatIndexOptions { Threads = 2 });
        var oracle = new IndexOracle(Dimension, metric);
        for (int row = 0; row < Rows; row++)
        {
            var (id, vector, metadata) = (random.Id(Rows), random.Vector(Dimension), random.Metadata());
            index.Upsert(id, vector, metadata);
            oracle.Upsert(id, vector, metadata);
        }

        return (index, oracle, random);
    }

    private sealed class AsEq(string field) : IEqualityComparer<MetadataValue>
    {
        public bool Equals(MetadataValue x, MetadataValue y) => FilterEvaluator.Matches(Filter.Eq(field, x), Metadata.From((field, y)));

        public int GetHashCode(MetadataValue value) => (int)value.Kind;
    }
}

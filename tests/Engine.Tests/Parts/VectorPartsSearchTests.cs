using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Tests.Parts;

/// <summary>A search of one vector among several gives the bits that an index of this vector alone gives, and never a row that lacks it.</summary>
public class VectorPartsSearchTests
{
    private const int Rows = 900;

    public static TheoryData<Metric> Metrics => [.. Enum.GetValues<Metric>()];

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Each_vector_is_searched_as_if_it_were_alone(Metric metric)
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new RandomRows(seed);
        var others = Enum.GetValues<Metric>();
        var parts = new VectorParts(
            new("a", random.Random.Next(32, 70), metric),
            new("b", random.Random.Next(1, 40), others[random.Random.Next(others.Length)]),
            new("c", random.Random.Next(1, 20), others[random.Random.Next(others.Length)]));
        for (int threads = 1; threads <= 3; threads += 2)
        {
            using var index = new FlatIndex(parts, new FlatIndexOptions { Threads = threads });
            var stored = Fill(index, random);
            foreach (var part in parts)
                Compare(index, stored, part, random);
        }
    }

    [Fact]
    public void Rows_without_any_vector_are_kept_and_are_no_hits()
    {
        var parts = new VectorParts(new VectorPart("only", 3, Metric.Euclidean));
        using var index = new FlatIndex(parts);
        index.Insert(1, parts.Pack());
        index.Insert(2, parts.Pack(("only", new float[] { 0, 0, 0 })));
        index.Insert(3, parts.Pack(("only", null)));
        Assert.Equal(3, index.Count);
        Assert.Empty(parts.Unpack(index.Get(1)!.Value.Vector));
        Assert.Equal([2UL], index.Search([0, 0, 0], 10).Hits.Select(hit => hit.Id.Number));
        Assert.Equal([2UL], index.SearchBatch([new float[3], new float[3]], 10)[1].Hits.Select(hit => hit.Id.Number));
    }

    [Fact]
    public void More_rows_than_an_answer_holds_are_searched_where_few_have_the_vector()
    {
        var parts = new VectorParts(new("a", 1, Metric.Euclidean), new("b", 1, Metric.Euclidean));
        using var index = new FlatIndex(parts);
        var bare = parts.Pack(("a", new float[1]));
        index.InsertBatch([.. Enumerable.Range(0, Limits.Hits + 1).Select(id => new Row((ulong)id, bare))]);
        index.Insert(1_000_000, parts.Pack(("b", new float[1])));
        Assert.Single(index.Search([0], int.MaxValue, new SearchOptions { VectorName = "b" }).Hits);
        var error = Assert.Throws<FlatIndexException>(() => index.Search([0], int.MaxValue, new SearchOptions { VectorName = "a" }));
        Assert.Equal(FlatErrorKind.ResourceLimitExceeded, error.Kind);
    }

    [Fact]
    public void A_search_of_a_vector_that_some_rows_lack_makes_no_mask_for_it()
    {
        var parts = new VectorParts(new("a", 1, Metric.Manhattan), new("b", 1, Metric.Manhattan));
        long few = AllocatedBy(1_000);
        long many = AllocatedBy(150_000);

        // A mask of a segment takes 4 KiB.
        Assert.InRange(many, 0, few + 4_000);

        long AllocatedBy(int rows)
        {
            using var index = new FlatIndex(parts);
            var (both, one) = (parts.Pack(("a", new float[1]), ("b", new float[1])), parts.Pack(("a", new float[1])));
            index.InsertBatch([.. Enumerable.Range(0, rows).Select(id => new Row((ulong)id, id % 7 == 0 ? one : both))]);
            var options = new SearchOptions { VectorName = "b" };
            ReadOnlyMemory<float>[] queries = [new float[1], new float[1]];
            for (int i = 0; i < 3; i++)
            {
                index.Search([0], 10, options);
                index.SearchBatch(queries, 10, options);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            index.Search([0], 10, options);
            index.SearchBatch(queries, 10, options);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void A_search_names_a_vector_that_is_there()
    {
        var parts = new VectorParts(new("a", 2, Metric.Euclidean), new("b", 3, Metric.Cosine));
        using var index = new FlatIndex(parts);
        var none = Assert.Throws<FlatIndexException>(() => index.Search([0, 0], 1));
        Assert.Equal((FlatErrorKind.InvalidConfig, "invalid configuration: rows have several vectors, so one is named out of 'a', 'b', found no name"), (none.Kind, none.Message));
        var other = Assert.Throws<FlatIndexException>(() => index.Search([0, 0], 1, new SearchOptions { VectorName = "c" }));
        Assert.Equal("invalid configuration: the vectors of a row are 'a', 'b', found 'c'", other.Message);
        var length = Assert.Throws<FlatIndexException>(() => index.Search([0, 0], 1, new SearchOptions { VectorName = "b" }));
        Assert.Equal((FlatErrorKind.DimensionMismatch, 3), (length.Kind, length.Error.Expected));
        var metric = Assert.Throws<FlatIndexException>(() => index.Search([0, 0, 0], 1, new SearchOptions { VectorName = "b", Metric = Metric.Euclidean }));
        Assert.Equal(FlatErrorKind.InvalidMetric, metric.Kind);
        using var plain = new FlatIndex(2, Metric.Euclidean);
        Assert.Equal(FlatErrorKind.InvalidConfig, Assert.Throws<FlatIndexException>(() => plain.Search([0, 0], 1, new SearchOptions { VectorName = "a" })).Kind);
    }

    private static List<StoredRow> Fill(FlatIndex index, RandomRows random)
    {
        var parts = index.Parts!;
        for (int row = 0; row < Rows; row++)
        {
            var vectors = parts.Where(_ => random.Random.Next(5) > 0).Select(part => (part.Name, (ReadOnlyMemory<float>?)random.Vector(part.Dimension)));
            index.Upsert((ulong)random.Random.Next(Rows), parts.Pack([.. vectors]), random.Metadata());
        }

        for (int row = 0; row < Rows / 10; row++)
            index.DeleteBatch([(ulong)random.Random.Next(Rows)]);
        for (int row = 0; row < Rows / 10; row++)
        {
            ulong id = (ulong)random.Random.Next(Rows);
            if (index.Exists(id))
                index.UpdateMetadata(id, random.Metadata());
        }

        return [.. index.Snapshot.LiveRows().Select(index.Snapshot.Read)];
    }

    private static void Compare(FlatIndex index, List<StoredRow> stored, VectorPart part, RandomRows random)
    {
        for (int turn = 0; turn < 6; turn++)
        {
            var filter = turn % 2 == 0 ? null : random.Filter(2);
            int k = random.Random.Next(1, turn == 5 ? 2 * Rows : 40);
            ReadOnlyMemory<float>[] queries = [.. Enumerable.Range(0, 1 + (8 * (turn % 3))).Select(_ => (ReadOnlyMemory<float>)random.Vector(part.Dimension))];
            Hit[][] expected = [.. queries.Select(query => Expected(index.Parts!, stored, part, query.Span.ToArray(), k, filter))];
            foreach (var plan in Enum.GetValues<SearchPlan>())
            {
                var options = new SearchOptions { VectorName = part.Name, Filter = filter, Plan = plan, Metric = part.Metric };
                var answers = index.SearchBatch(queries, k, options);
                for (int query = 0; query < queries.Length; query++)
                {
                    IndexOracle.AssertSame(expected[query], answers[query].Hits);
                    IndexOracle.AssertSame(expected[query], index.Search(queries[query].Span, k, options).Hits);
                }
            }
        }
    }

    private static Hit[] Expected(VectorParts parts, List<StoredRow> stored, VectorPart part, float[] query, int k, Filter? filter) =>
    [
        .. stored
            .Where(row => filter is null || FilterEvaluator.Matches(filter, row.Metadata))
            .Select(row => (row, vector: parts.PartOf(row.Vector, part.Name)))
            .Where(found => found.vector is not null)
            .Select(found => new Hit(found.row.Id, ReferenceDistance.Compute(part.Metric, query, found.vector!.Value.Span), found.row.Sequence))
            .Order(Comparer<Hit>.Create(IndexOracle.Rank))
            .Take(k),
    ];
}

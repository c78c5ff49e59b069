using IqdbFlat.Engine;
using IqdbFlat.VectorData.Tests.Modes;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData.Tests.Battery;

/// <summary>Searches: scores, order, thresholds, pages, ties.</summary>
public abstract class SearchTests(StoreMode mode)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public sealed class Point
    {
        public int Id { get; set; }

        public ReadOnlyMemory<float> Vector { get; set; }
    }

    [Theory]
    [InlineData(DistanceFunction.CosineSimilarity, new[] { 1.0, 0.6, 0.0, -1.0 })]
    [InlineData(DistanceFunction.CosineDistance, new[] { 0.0, 0.4, 1.0, 2.0 })]
    [InlineData(DistanceFunction.DotProductSimilarity, new[] { 2.0, 0.6, 0.0, -1.0 })]
    [InlineData(DistanceFunction.NegativeDotProductSimilarity, new[] { -2.0, -0.6, 0.0, 1.0 })]
    [InlineData(DistanceFunction.EuclideanDistance, new[] { 0.894427, 1.0, 2.0, 2.236068 })]
    [InlineData(DistanceFunction.EuclideanSquaredDistance, new[] { 0.8, 1.0, 4.0, 5.0 })]
    [InlineData(DistanceFunction.ManhattanDistance, new[] { 1.0, 1.2, 2.0, 3.0 })]
    [InlineData(DistanceFunction.HammingDistance, new[] { 1.0, 1.0, 2.0, 2.0 })]
    [InlineData(null, new[] { 1.0, 0.6, 0.0, -1.0 })]
    public async Task Scores_have_the_sign_and_order_of_their_function(string? function, double[] expected)
    {
        var points = await MakeAsync(function, dimensions: 2, [2, 0], [0.6f, 0.8f], [0, 2], [-1, 0]);

        var hits = await points.SearchAsync(new float[] { 1, 0 }, 9, cancellationToken: Cancel).ToListAsync(Cancel);

        Assert.Equal(4, hits.Count);
        Assert.All(hits.Zip(expected), pair => Assert.Equal(pair.Second, pair.First.Score!.Value, tolerance: 1e-5));
        foreach (var hit in hits)
        {
            var near = await points.SearchAsync(new float[] { 1, 0 }, 9, new() { ScoreThreshold = hit.Score }, Cancel).ToListAsync(Cancel);
            Assert.Equal(hits.FindLastIndex(other => other.Score == hit.Score) + 1, near.Count);
        }
    }

    [Fact]
    public async Task The_nearest_come_first_and_ties_in_the_order_of_insertion()
    {
        var points = await MakeAsync(DistanceFunction.EuclideanDistance, 1, [5], [1], [3], [1], [1]);
        await points.UpsertAsync(new Point { Id = 1, Vector = new float[] { 1 } }, Cancel);

        var hits = await points.SearchAsync(new float[] { 1 }, 9, cancellationToken: Cancel).ToListAsync(Cancel);

        // The record that was written again comes after those that it ties with.
        Assert.Equal([3, 4, 1, 2, 0], hits.Select(hit => hit.Record.Id));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap()
    {
        var random = new Random(7);
        var points = await MakeAsync(DistanceFunction.EuclideanSquaredDistance, 2, [.. Enumerable.Range(0, 200).Select(_ => new float[] { random.Next(9), random.Next(9) })]);
        var all = await points.SearchAsync(new float[] { 4, 4 }, 500, cancellationToken: Cancel).Select(hit => hit.Record.Id).ToListAsync(Cancel);

        var pages = new List<int>();
        for (int skip = 0; skip < 210; skip += 30)
            pages.AddRange(await points.SearchAsync(new float[] { 4, 4 }, 30, new() { Skip = skip }, Cancel).Select(hit => hit.Record.Id).ToListAsync(Cancel));

        Assert.Equal(200, all.Count);
        Assert.Equal(all, pages);
    }

    [Fact]
    public async Task All_that_is_behind_a_place_may_be_asked_for()
    {
        var points = await MakeAsync(DistanceFunction.EuclideanDistance, 1, [1], [2], [3]);

        Assert.Equal([1, 2], await points.SearchAsync(new float[] { 0 }, int.MaxValue, new() { Skip = 1 }, Cancel).Select(hit => hit.Record.Id).ToListAsync(Cancel));
        Assert.Empty(await points.SearchAsync(new float[] { 0 }, 1, new() { Skip = int.MaxValue, IncludeVectors = true }, Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Vectors_come_along_where_they_are_asked_for()
    {
        var points = await MakeAsync(DistanceFunction.EuclideanDistance, 2, [1, 2], [3, 4]);

        var with = await points.SearchAsync(new float[] { 3, 4 }, 2, new() { IncludeVectors = true }, Cancel).ToListAsync(Cancel);
        var without = await points.SearchAsync(new float[] { 3, 4 }, 2, cancellationToken: Cancel).ToListAsync(Cancel);

        Assert.Equal([[3, 4], [1, 2]], with.Select(hit => hit.Record.Vector.ToArray()));
        Assert.All(without, hit => Assert.Equal(0, hit.Record.Vector.Length));
    }

    [Fact]
    public async Task A_query_that_no_vector_can_be_compared_with_is_an_error_of_the_store()
    {
        var points = await MakeAsync(DistanceFunction.EuclideanDistance, 2, [1, 2]);

        var wrong = await Assert.ThrowsAsync<VectorStoreException>(async () => await points.SearchAsync(new float[] { 1 }, 1, cancellationToken: Cancel).ToListAsync(Cancel));
        await Assert.ThrowsAsync<VectorStoreException>(async () => await points.SearchAsync(new float[] { 1, float.NaN }, 1, cancellationToken: Cancel).ToListAsync(Cancel));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await points.SearchAsync("text", 1, cancellationToken: Cancel).ToListAsync(Cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await points.SearchAsync(new float[] { 1, 2 }, 0, cancellationToken: Cancel).ToListAsync(Cancel));

        Assert.Equal(("iqdbflat", points.Name, "Search"), (wrong.VectorStoreSystemName, wrong.CollectionName, wrong.OperationName));
        Assert.Equal(FlatErrorKind.DimensionMismatch, Assert.IsType<FlatIndexException>(wrong.InnerException).Kind);
    }

    [Fact]
    public async Task A_cancelled_search_is_cancelled()
    {
        var points = await MakeAsync(DistanceFunction.EuclideanDistance, 2, [1, 2]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await points.SearchAsync(new float[] { 1, 2 }, 1, cancellationToken: new(canceled: true)).ToListAsync(Cancel));
    }

    private async Task<VectorStoreCollection<int, Point>> MakeAsync(string? function, int dimensions, params float[][] vectors)
    {
        var points = await mode.MakeAsync<int, Point>(new()
        {
            Properties = [new VectorStoreKeyProperty("Id", typeof(int)) { IsAutoGenerated = false }, new VectorStoreVectorProperty("Vector", typeof(ReadOnlyMemory<float>), dimensions) { DistanceFunction = function }],
        });
        await points.UpsertAsync([.. vectors.Select((vector, i) => new Point { Id = i, Vector = vector })], Cancel);
        return points;
    }
}

public sealed class EmbeddedSearchTests(EmbeddedMode mode) : SearchTests(mode)
{
    [Fact]
    public async Task An_answer_that_is_too_long_is_an_error_that_says_so_with_what_is_skipped()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var database = new IqdbFlatDatabase();
        var notes = new IqdbFlatCollection<int, Note>(database, "notes");
        await notes.EnsureCollectionExistsAsync(cancel);
        await notes.UpsertAsync([.. Enumerable.Range(0, Limits.Hits + 1).Select(i => new Note { Id = i, Vector = new float[] { i, 0, 0 } })], cancel);

        var error = await Assert.ThrowsAsync<VectorStoreException>(async () => await notes.SearchAsync(new float[] { 0, 0, 0 }, Limits.Hits, new() { Skip = 1 }, cancel).ToListAsync(cancel));
        var last = await notes.SearchAsync(new float[] { 0, 0, 0 }, 1, new() { Skip = Limits.Hits - 1 }, cancel).SingleAsync(cancel);

        Assert.Contains("at most 65536 hits, found 65537", error.Message, StringComparison.Ordinal);
        Assert.Equal(Limits.Hits - 1, last.Record.Id);
    }
}

public sealed class ClusterSearchTests(ClusterMode mode) : SearchTests(mode);

public sealed class StoredSearchTests(StoredMode mode) : SearchTests(mode);

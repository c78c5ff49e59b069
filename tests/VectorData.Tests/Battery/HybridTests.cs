using IqdbFlat.VectorData.Tests.Modes;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData.Tests.Battery;

/// <summary>Searches by vector and keywords together.</summary>
public abstract class HybridTests(StoreMode mode)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public sealed class Page
    {
        [VectorStoreKey]
        public int Id { get; set; }

        [VectorStoreData(IsFullTextIndexed = true)]
        public string? Text { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public int Chapter { get; set; }

        [VectorStoreVector(1, DistanceFunction = DistanceFunction.EuclideanDistance)]
        public float[]? Vector { get; set; }
    }

    [Fact]
    public async Task Scores_are_the_sums_of_reciprocal_ranks()
    {
        var pages = await MakeAsync();

        var hits = await Hybrid(pages).HybridSearchAsync(new float[] { 0 }, ["fox", "brown"], 9, cancellationToken: Cancel).ToListAsync(Cancel);

        // By distance: 1, then 2 and 3 as one, then 4; 5 has no vector. By keywords: 4 has both, then 2 and 5 have one, and 3 has but a longer word.
        Assert.Equal(
            [(2, Sum(2, 2)), (4, Sum(4, 1)), (1, Sum(1, null)), (3, Sum(2, null)), (5, Sum(null, 2))],
            hits.Select(hit => (hit.Record.Id, hit.Score!.Value)));
    }

    [Fact]
    public async Task Filter_skip_threshold_and_vectors_are_as_in_a_search()
    {
        var pages = await MakeAsync();
        var all = await Hybrid(pages).HybridSearchAsync(new float[] { 0 }, ["fox"], 9, new() { Filter = page => page.Chapter == 1, IncludeVectors = true }, Cancel).ToListAsync(Cancel);
        var skipped = await Hybrid(pages).HybridSearchAsync(new float[] { 0 }, ["fox"], 1, new() { Filter = page => page.Chapter == 1, Skip = 1 }, Cancel).ToListAsync(Cancel);
        var rest = await Hybrid(pages).HybridSearchAsync(new float[] { 0 }, ["fox"], int.MaxValue, new() { Filter = page => page.Chapter == 1, Skip = 1 }, Cancel).ToListAsync(Cancel);
        var near = await Hybrid(pages).HybridSearchAsync(new float[] { 0 }, ["fox"], 9, new() { Filter = page => page.Chapter == 1, ScoreThreshold = all[1].Score }, Cancel).ToListAsync(Cancel);

        Assert.Equal([2, 1, 3], all.Select(hit => hit.Record.Id));
        Assert.All(all, hit => Assert.NotNull(hit.Record.Vector));
        Assert.Equal([1], skipped.Select(hit => hit.Record.Id));
        Assert.Equal([1, 3], rest.Select(hit => hit.Record.Id));
        Assert.Equal([2, 1], near.Select(hit => hit.Record.Id));
    }

    [Theory]
    [InlineData("QUICK brown", 4)]
    [InlineData("brown quick", null)]
    [InlineData("lazy-dog!", 3)]
    [InlineData("été", 5)]
    [InlineData("", null)]
    public async Task Keywords_are_whole_words_one_after_another_in_any_case(string keyword, int? found)
    {
        var pages = await MakeAsync();

        var hits = await Hybrid(pages).HybridSearchAsync(new float[] { 0 }, [keyword], 1, cancellationToken: Cancel).ToListAsync(Cancel);
        var byKeyword = await Hybrid(pages).HybridSearchAsync(new float[] { 0 }, [keyword], 9, new() { ScoreThreshold = 0 }, Cancel).ToListAsync(Cancel);

        // Without a match the vector decides alone, and the record without one is not found.
        Assert.Equal(found is null ? 4 : 4 + (found == 5 ? 1 : 0), byKeyword.Count);
        Assert.Equal(found is null or 5 ? 1 : found, hits.Single().Record.Id);
    }

    [Fact]
    public async Task A_property_without_full_text_is_an_error()
    {
        var notes = await mode.MakeAsync<int, Note>();

        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await ((IKeywordHybridSearchable<Note>)notes).HybridSearchAsync(new float[] { 1, 2, 3 }, ["x"], 1, cancellationToken: Cancel).ToListAsync(Cancel));
    }

    private static double Sum(int? byVector, int? byKeywords) => (byVector is { } vector ? 1.0 / (60 + vector) : 0) + (byKeywords is { } words ? 1.0 / (60 + words) : 0);

    private static IKeywordHybridSearchable<Page> Hybrid(VectorStoreCollection<int, Page> pages) => (IKeywordHybridSearchable<Page>)pages;

    private async Task<VectorStoreCollection<int, Page>> MakeAsync()
    {
        var pages = await mode.MakeAsync<int, Page>();
        await pages.UpsertAsync(
            [
                new Page { Id = 1, Text = null, Chapter = 1, Vector = [0] },
                new Page { Id = 2, Text = "A fox.", Chapter = 1, Vector = [1] },
                new Page { Id = 3, Text = "Foxes, and a lazy dog", Chapter = 1, Vector = [-1] },
                new Page { Id = 4, Text = "The quick brown fox", Chapter = 2, Vector = [3] },
                new Page { Id = 5, Text = "Brown in ÉTÉ", Chapter = 2 },
            ],
            Cancel);
        return pages;
    }
}

public sealed class EmbeddedHybridTests(EmbeddedMode mode) : HybridTests(mode);

public sealed class ClusterHybridTests(ClusterMode mode) : HybridTests(mode);

public sealed class StoredHybridTests(StoredMode mode) : HybridTests(mode);

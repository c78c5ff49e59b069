using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using static IqdbFlat.Grains.Tests.Cluster.IndexLifeTests;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>What a search checks, in the contract's order, and what it reports.</summary>
public sealed class SearchTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_checks_dimension_then_finiteness_then_metric_then_the_filter()
    {
        var index = await silos.Cluster.CreateIndexAsync(2, Metric.Euclidean, 3);
        await index.InsertAsync(new(1, new float[2]), cancellationToken: Cancel);
        var everything = new ClusterSearchOptions { Metric = Metric.Cosine, Filter = TooDeep() };

        await FailsAsync(FlatErrorKind.DimensionMismatch, () => index.SearchAsync(new[] { float.NaN }, 1, everything, Cancel));
        await FailsAsync(FlatErrorKind.InvalidVector, () => index.SearchAsync(new[] { 0, float.NaN }, 1, everything, Cancel));
        await FailsAsync(FlatErrorKind.InvalidMetric, () => index.SearchAsync(new float[2], 1, everything, Cancel));
        await FailsAsync(FlatErrorKind.InvalidMetric, () => index.SearchAsync(new float[2], 0, everything, Cancel));
        await FailsAsync(FlatErrorKind.InvalidFilter, () => index.SearchAsync(new float[2], 1, everything with { Metric = null }, Cancel));
        Assert.Empty((await index.SearchAsync(new float[2], 0, everything with { Metric = null }, Cancel)).Hits);
    }

    [Fact]
    public async Task A_coordinator_says_which_query_of_a_batch_is_bad()
    {
        var index = await silos.Cluster.CreateIndexAsync(2, Metric.Euclidean, 2);
        var request = new SearchRequest
        {
            Index = index.Name,
            Queries = new[] { 0, 0, 0, float.NaN, 0, 0 },
            QueryCount = 3,
            K = 1,
            Deadline = TimeSpan.FromSeconds(30),
        };

        var error = await Assert.ThrowsAsync<FlatIndexException>(
            () => silos.Cluster.Grains.GetGrain<ICoordinatorGrain>(0).SearchIndex(request, Cancel));

        Assert.Equal((FlatErrorKind.InvalidVector, 1), (error.Kind, error.Error.Item!.Value));
    }

    [Fact]
    public async Task An_empty_index_answers_nothing_whatever_the_filter()
    {
        var index = await silos.Cluster.CreateIndexAsync(2, Metric.Euclidean, 3);

        Assert.Empty((await index.SearchAsync(new float[2], 5, new ClusterSearchOptions { Filter = TooDeep() }, Cancel)).Hits);
    }

    [Fact]
    public async Task An_answer_past_the_cap_is_an_error_that_counts_over_all_shards()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 4);
        foreach (int[] some in Enumerable.Range(0, Limits.Hits + 5).Chunk(8_000))
            await index.InsertBatchAsync([.. some.Select(i => new Row((ulong)i, new float[] { i }))], cancellationToken: Cancel);

        var error = await Assert.ThrowsAsync<FlatIndexException>(() => index.SearchAsync(new float[1], int.MaxValue, cancellationToken: Cancel));

        Assert.Equal((FlatErrorKind.ResourceLimitExceeded, (long)Limits.Hits, (long)Limits.Hits + 5), (error.Kind, error.Error.Max!.Value, error.Error.Found!.Value));
        Assert.Equal(Limits.Hits, (await index.SearchAsync(new float[1], Limits.Hits, cancellationToken: Cancel)).Hits.Count);
    }

    [Fact]
    public async Task The_explain_lines_add_up()
    {
        var index = await silos.Cluster.CreateIndexAsync(4, Metric.Euclidean, 3);
        await index.InsertBatchAsync(
            [.. Enumerable.Range(0, 900).Select(i => new Row((ulong)i, new float[] { i, 0, 0, 0 }, Metadata.From(("even", i % 2 == 0))))],
            cancellationToken: Cancel);

        var answer = await index.SearchAsync(new float[4], 3, new ClusterSearchOptions { Filter = Filter.Eq("even", true), IncludeMetadata = true }, Cancel);

        Assert.Equal([0UL, 2, 4], answer.Hits.Select(hit => hit.Id.Number));
        Assert.All(answer.Hits, hit => Assert.Equal(Metadata.From(("even", true)), hit.Metadata));
        Assert.Equal([0, 1, 2], answer.Shards.Select(shard => shard.Shard).Order());
        Assert.Equal(900, answer.Shards.Sum(shard => shard.Rows));
        Assert.Equal(450, answer.Shards.Sum(shard => shard.Filtered));
        Assert.Equal(450, answer.Shards.Sum(shard => shard.Scanned));
        Assert.All(answer.Shards, shard => Assert.True(shard.BytesRead >= shard.Scanned * 16));
        Assert.Empty(answer.Missing);
        Assert.Equal(2, answer.Shards.Select(shard => shard.Silo).Distinct().Count());
    }

    [Fact]
    public async Task A_cancelled_search_ends_as_cancelled()
    {
        var index = await silos.Cluster.CreateIndexAsync(2, Metric.Euclidean, 2);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => index.SearchAsync(new float[2], 1, cancellationToken: cancelled.Token));
    }

    [Fact]
    public async Task Searches_beside_writers_see_whole_batches_of_each_shard_and_never_an_error()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 1);
        const int batch = 50;
        using var writing = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var searchers = Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                int searches = 0;
                while (!writing.IsCancellationRequested)
                {
                    var hits = (await index.SearchAsync(new float[1], 60_000, cancellationToken: Cancel)).Hits;
                    Assert.Equal(0, hits.Count % batch);
                    Assert.Equal(hits.Count, hits.Select(hit => hit.Id).Distinct().Count());
                    searches++;
                }

                return searches;
            },
            Cancel)).ToArray();

        for (int i = 0; i < 60; i++)
            await index.UpsertBatchAsync([.. Enumerable.Range(0, batch).Select(j => new Row((ulong)((i % 20 * batch) + j), new float[] { i }))], cancellationToken: Cancel);
        await writing.CancelAsync();

        Assert.All(await Task.WhenAll(searchers), searches => Assert.True(searches > 0));
    }

    private static Filter TooDeep()
    {
        var filter = Filter.Eq("a", 1L);
        for (int i = 0; i <= Limits.FilterDepth; i++)
            filter = Filter.Not(filter);
        return filter;
    }
}

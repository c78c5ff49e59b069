using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using static IqdbFlat.Grains.Tests.Cluster.IndexLifeTests;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>Bounds, cursors, ties, groups and fused ranks over any number of shards give what the index in one process gives, to the bit.</summary>
public sealed class RankedSearchTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task Shards_do_not_show_in_the_answers(int shards)
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        Row[] rows =
        [
            .. Enumerable.Range(0, 500).Select(id => new Row(
                (ulong)id, Vector(random), Metadata.From(("group", random.Next(4) == 0 ? MetadataValue.Null : $"g{random.Next(12)}"), ("n", (long)random.Next(5))))),
        ];
        foreach (var metric in new[] { Metric.Manhattan, Metric.DotProduct, Metric.Cosine })
        {
            using var engine = new FlatIndex(2, metric);
            engine.InsertBatch(rows);
            var index = await silos.Cluster.CreateIndexAsync(2, metric, shards);
            await index.InsertBatchAsync(rows, cancellationToken: Cancel);
            for (int turn = 0; turn < 12; turn++)
            {
                float[] query = Vector(random);
                var hits = engine.Search(query, int.MaxValue).Hits;
                var options = new SearchOptions
                {
                    MaxDistance = turn % 3 == 0 ? hits[random.Next(hits.Count)].Distance : null,
                    MinDistance = turn % 3 == 1 ? hits[random.Next(hits.Count)].Distance : null,
                    MinScore = turn % 4 == 2 && metric != Metric.Manhattan ? 0.5f : null,
                    Cursor = turn % 5 == 0 ? hits[random.Next(hits.Count)].Cursor : null,
                    Skip = turn % 2 * random.Next(20),
                    IncludeTies = turn % 4 < 2,
                    Filter = turn % 2 == 0 ? null : Filter.Lt("n", 4L),
                };
                int k = turn % 4 == 3 ? int.MaxValue : random.Next(1, 30);
                Assert.Equal(Text(engine.Search(query, k, options).Hits), Text((await index.SearchAsync(query, k, Of(options), Cancel)).Hits));
                var batch = await index.SearchBatchAsync([query, query], k, Of(options), Cancel);
                Assert.Equal(Text(engine.Search(query, k, options).Hits), Text(batch.Answers[1]));
                Assert.Equal(
                    engine.SearchGroups(query, "group", 6, 3, options).Select(group => $"{group.Value}: {Text(group.Hits)}"),
                    (await index.SearchGroupsAsync(query, "group", 6, 3, Of(options), Cancel)).Select(group => $"{group.Value}: {Text(group.Hits)}"));
                FusedQuery[] queries = [new(query), new(Vector(random), null, options.Filter), new(Vector(random))];
                Assert.Equal(engine.SearchFused(queries, 20, depth: 50), await index.SearchFusedAsync(queries, 20, depth: 50, cancellationToken: Cancel));
            }
        }
    }

    [Fact]
    public async Task An_answer_within_bounds_that_passes_the_cap_is_an_error_in_one_shard_and_over_several()
    {
        foreach (int shards in new[] { 1, 3 })
        {
            var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, shards);
            foreach (int[] ids in Enumerable.Range(0, Limits.Hits + 2).Chunk(20_000))
                await index.InsertBatchAsync([.. ids.Select(id => new Row((ulong)id, new float[] { id % 2 }))], cancellationToken: Cancel);
            await FailsAsync(FlatErrorKind.ResourceLimitExceeded, () => index.SearchAsync(new float[1], int.MaxValue, new() { MaxDistance = 1 }, Cancel));
            Assert.Equal((Limits.Hits / 2) + 1, (await index.SearchAsync(new float[1], 3, new() { IncludeTies = true }, Cancel)).Hits.Count);
            Assert.Equal((Limits.Hits / 2) + 1, (await index.SearchAsync(new float[1], int.MaxValue, new() { MinDistance = 0.5f }, Cancel)).Hits.Count);
        }
    }

    [Fact]
    public async Task Errors_come_in_the_order_of_the_contract_from_client_coordinator_and_shard()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 2);
        await index.InsertAsync(new(1, new float[1]), cancellationToken: Cancel);
        var everything = new ClusterSearchOptions { MinDistance = 2, MaxDistance = 1, Skip = -1, Cursor = "?", Filter = ListTests.TooDeep() };
        await FailsAsync(FlatErrorKind.InvalidConfig, () => index.SearchAsync(new float[1], 1, everything, Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => index.SearchAsync(new float[1], 1, everything with { MinDistance = null }, Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => index.SearchAsync(new float[1], 1, everything with { MinDistance = null, Skip = 0 }, Cancel));
        await FailsAsync(FlatErrorKind.InvalidFilter, () => index.SearchAsync(new float[1], 1, everything with { MinDistance = null, Skip = 0, Cursor = null }, Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => index.SearchAsync(new float[1], 1, new() { MinScore = 1 }, Cancel));
        await FailsAsync(FlatErrorKind.DimensionMismatch, () => index.SearchGroupsAsync(new float[2], "a", 2_000, 1, cancellationToken: Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => index.SearchGroupsAsync(new float[1], "a", 2_000, 1, cancellationToken: Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => index.SearchFusedAsync([], 1, cancellationToken: Cancel));
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => index.SearchFusedAsync([new(new float[1]), new(new float[2])], 1, cancellationToken: Cancel));
        Assert.Equal((FlatErrorKind.DimensionMismatch, 1), (error.Kind, error.Error.Item!.Value));
        var coordinator = silos.Cluster.Grains.GetGrain<ICoordinatorGrain>(0);
        var shard = silos.Cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(0));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => coordinator.SearchWithin(
            new() { Index = index.Name, Queries = new float[1], QueryCount = 1, K = 1, MaxDistance = float.NaN, Deadline = TimeSpan.FromSeconds(30) }, Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => shard.SearchWithin(
            new() { IndexEpoch = index.Description.Epoch, Queries = new float[1], QueryCount = 1, K = 1, MinDistance = float.NaN }, Cancel));
    }

    private static ClusterSearchOptions Of(SearchOptions options) => new()
    {
        MinDistance = options.MinDistance,
        MaxDistance = options.MaxDistance,
        MinScore = options.MinScore,
        Cursor = options.Cursor,
        Skip = options.Skip,
        IncludeTies = options.IncludeTies,
        Filter = options.Filter,
    };

    private static float[] Vector(Random random) => [random.Next(-6, 7), random.Next(-6, 7)];

    private static string Text(IReadOnlyList<Hit> hits) => string.Join(' ', hits.Select(hit => $"{hit.Id}:{BitConverter.SingleToUInt32Bits(hit.Distance):x8}"));
}

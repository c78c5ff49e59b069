using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>A shard that does not come up: an error, or by an explicit opt-in a part that says what it covers.</summary>
public sealed class LostShardTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_without_one_shard_fails_unless_its_caller_opted_in_to_a_part()
    {
        var stores = new HeldStores();
        await using var cluster = await TestCluster.StartAsync(1, stores: stores);
        var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, 2);
        await index.InsertBatchAsync([.. Enumerable.Range(0, 40).Select(i => new Row((ulong)i, new float[1]))], cancellationToken: Cancel);
        var (_, hold) = stores.Hold("read", StorageNames.Shard(index.Description.Home, index.Description.Incarnation, 1), "checkpoint");
        await cluster.Orleans.DeactivateAsync(cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(1)));
        var options = new ClusterSearchOptions { Deadline = TimeSpan.FromSeconds(1.5) };

        var whole = Assert.ThrowsAsync<FlatIndexException>(() => index.SearchAsync(new float[1], 100, options, Cancel));
        var part = await index.SearchAsync(new float[1], 100, options with { AllowPartial = true }, Cancel);

        Assert.Contains((await whole).Kind, new[] { FlatErrorKind.Loading, FlatErrorKind.Timeout });
        Assert.Equal([1], part.Missing);
        Assert.Equal(0, Assert.Single(part.Shards).Shard);
        Assert.InRange(part.Hits.Count, 1, 39);
        hold.SetResult();
        Assert.Equal(40, (await index.SearchAsync(new float[1], 100, cancellationToken: Cancel)).Hits.Count);
    }

    [Fact]
    public async Task A_batch_that_one_of_its_shards_does_not_answer_may_have_been_applied_and_says_so()
    {
        var stores = new HeldStores();
        await using var cluster = await TestCluster.StartAsync(1, stores: stores);
        var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, 2);
        var (_, hold) = stores.Hold("put", StorageNames.Shard(index.Description.Home, index.Description.Incarnation, 1), "log/");

        var error = await Assert.ThrowsAsync<FlatIndexException>(() => index.InsertBatchAsync(
            [.. Enumerable.Range(0, 40).Select(i => new Row((ulong)i, new float[1]))], new() { Deadline = TimeSpan.FromSeconds(1) }, Cancel));

        Assert.Equal((FlatErrorKind.Timeout, true), (error.Kind, error.Error.MayHaveBeenApplied));
        hold.SetResult();
        await index.UpsertAsync(new(0, new float[1]), cancellationToken: Cancel);
        Assert.InRange(await index.CountAsync(Cancel), 1, 40);
    }
}

using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>A shard that does not come up: an error, or by an explicit opt-in a part that says what it covers. Deadlines end when the other shard has done its part, however long that takes.</summary>
public sealed class LostShardTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(8);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_without_one_shard_fails_unless_its_caller_opted_in_to_a_part()
    {
        var stores = new HeldStores();
        using var deadlines = Deadlines();
        var answered = new AnsweredSearches();
        await using var cluster = await StartAsync(stores, deadlines, answered);
        var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, 2);
        await index.InsertBatchAsync([.. Enumerable.Range(0, 40).Select(i => new Row((ulong)i, new float[1]))], cancellationToken: Cancel);
        var (_, hold) = stores.Hold("read", StorageNames.Shard(index.Description.Home, index.Description.Incarnation, 1), "checkpoint");
        await cluster.Orleans.DeactivateAsync(cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(1)));
        var options = new ClusterSearchOptions { Deadline = Deadline };

        var whole = index.SearchAsync(new float[1], 100, options, Cancel);
        var partial = index.SearchAsync(new float[1], 100, options with { AllowPartial = true }, Cancel);
        await Waiting.UntilAsync(() => answered.Of(index.Description.ShardKey(0)) == 2, "both searches answered by the other shard");
        Assert.False(whole.IsCompleted || partial.IsCompleted);
        deadlines.End();

        var part = await partial;
        Assert.Contains((await Assert.ThrowsAsync<FlatIndexException>(() => whole)).Kind, new[] { FlatErrorKind.Loading, FlatErrorKind.Timeout });
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
        using var deadlines = Deadlines();
        await using var cluster = await StartAsync(stores, deadlines, new());
        var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, 2);
        var (reached, hold) = stores.Hold("put", StorageNames.Shard(index.Description.Home, index.Description.Incarnation, 1), "log/");

        // Asked of the coordinator itself: a client would send the batch again until its own clock says that it is late.
        var request = new WriteRequest
        {
            Index = index.Name,
            Mode = WriteMode.Insert,
            Rows = new() { Ids = Enumerable.Range(0, 40).Select(i => (RowId)(ulong)i).ToArray(), Vectors = new float[40] },
            Deadline = Deadline,
        };
        var write = cluster.Grains.GetGrain<ICoordinatorGrain>(0).WriteRows(request, Cancel);
        await reached.WaitAsync(Waiting.Patience, Cancel);
        deadlines.End();

        var error = await Assert.ThrowsAsync<FlatIndexException>(() => write);
        Assert.Equal((FlatErrorKind.Timeout, true), (error.Kind, error.Error.MayHaveBeenApplied));
        hold.SetResult();
        await index.UpsertAsync(new(0, new float[1]), cancellationToken: Cancel);
        Assert.InRange(await index.CountAsync(Cancel), 1, 40);
    }

    private static CountedWaits Deadlines() => new(Deadline - TimeSpan.FromMinutes(1), Deadline);

    private static Task<TestCluster> StartAsync(HeldStores stores, CountedWaits deadlines, AnsweredSearches answered) => TestCluster.StartAsync(1, stores: stores, configure: silo =>
    {
        silo.Services.AddSingleton<TimeProvider>(deadlines);
        silo.AddOutgoingGrainCallFilter(answered);
    });
}

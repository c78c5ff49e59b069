using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Prefetch;
using IqdbFlat.Grains.Storage;
using IqdbFlat.Grains.Tests.Cluster;
using Microsoft.Extensions.DependencyInjection;

namespace IqdbFlat.Grains.Tests.Prefetch;

/// <summary>What silos load by themselves when they start.</summary>
public sealed class ShardPrefetchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shards_of_all_indexes_are_loaded_and_spread_evenly_before_any_search()
    {
        var stores = new HeldStores();
        string[] names = await MakeIndexesAsync(stores, 8, 3);

        await using var cluster = await TestCluster.StartAsync(2, stores: stores, expectedSilos: 2);
        int[] loaded = await Task.WhenAll(Prefetches(cluster).Select(prefetch => prefetch.Finished)).WaitAsync(Cancel);

        Assert.Equal([11, 11], loaded);
        foreach (string name in names)
        {
            int[] counts = [.. (await cluster.Client.LocateShardsAsync(name, Cancel)).CountBy(shard => shard.Address).Select(silo => silo.Value)];
            Assert.DoesNotContain("", (await cluster.Client.LocateShardsAsync(name, Cancel)).Select(shard => shard.Silo));
            Assert.True(counts.Length == 2 && counts.Max() - counts.Min() <= 1, $"{name} lies {string.Join(", ", counts)}");
        }
    }

    [Fact]
    public async Task Nothing_is_loaded_before_the_expected_number_of_silos_is_there()
    {
        var stores = new HeldStores();
        string[] names = await MakeIndexesAsync(stores, 8);

        await using var cluster = await TestCluster.StartAsync(1, stores: stores, expectedSilos: 2);
        var first = Assert.Single(Prefetches(cluster));
        await first.Gated.WaitAsync(Cancel);
        Assert.False(first.Finished.IsCompleted);
        Assert.All(await cluster.Client.LocateShardsAsync(names[0], Cancel), shard => Assert.Equal("", shard.Silo));

        await cluster.Orleans.StartAdditionalSiloAsync();
        Assert.Equal(8, await first.Finished.WaitAsync(Cancel));
        Assert.Equal(
            [4, 4], (await cluster.Client.LocateShardsAsync(names[0], Cancel)).CountBy(shard => shard.Address).Select(silo => silo.Value));
    }

    [Fact]
    public async Task With_no_silos_expected_nothing_is_loaded_and_a_search_finds_all()
    {
        var stores = new HeldStores();
        string[] names = await MakeIndexesAsync(stores, 4);

        await using var cluster = await TestCluster.StartAsync(1, stores: stores, expectedSilos: 0);

        Assert.Equal(0, await Assert.Single(Prefetches(cluster)).Finished);
        Assert.All(await cluster.Client.LocateShardsAsync(names[0], Cancel), shard => Assert.Equal("", shard.Silo));
        Assert.Equal(40, await (await cluster.Client.OpenAsync(names[0], Cancel)).CountAsync(Cancel));
    }

    [Fact]
    public async Task A_damaged_index_and_a_damaged_shard_are_passed_over_and_the_silo_serves()
    {
        var stores = new HeldStores();
        string[] names = await MakeIndexesAsync(stores, 3, 3, 3);
        IndexDescription description;
        await using (var before = await TestCluster.StartAsync(1, stores: stores, expectedSilos: 0))
            description = await before.Client.DescribeAsync(names[1], Cancel);
        stores.Overwrite($"index/{names[0]}", bytes => bytes[..^1]);
        stores.Overwrite(StorageNames.Shard(description.Home, description.Incarnation, 1), bytes => bytes[..^1], "checkpoint");

        await using var cluster = await TestCluster.StartAsync(1, stores: stores);

        Assert.Equal(2 + 3, await Assert.Single(Prefetches(cluster)).Finished.WaitAsync(Cancel));
        var damaged = await Assert.ThrowsAsync<FlatIndexException>(() => cluster.Client.DescribeAsync(names[0], Cancel));
        Assert.Equal(FlatErrorKind.CorruptData, damaged.Kind);
        Assert.Equal(40, await (await cluster.Client.OpenAsync(names[2], Cancel)).CountAsync(Cancel));
    }

    [Fact]
    public async Task A_silo_serves_and_stops_while_its_prefetch_waits_for_the_store()
    {
        var stores = new HeldStores();
        string[] names = await MakeIndexesAsync(stores, 2);
        var (reached, hold) = stores.Hold("read", "shard/", "checkpoint");

        var cluster = await TestCluster.StartAsync(1, stores: stores);
        var prefetch = Assert.Single(Prefetches(cluster));
        await reached.WaitAsync(Cancel);
        Assert.False(prefetch.Finished.IsCompleted);
        Assert.Equal(names[0], Assert.Single(await cluster.Client.ListAsync(Cancel)).Name);

        // The store comes back once the silo is on its way out: its shards wait for what they have asked of it.
        var released = prefetch.Finished.ContinueWith(_ => hold.TrySetResult(), Cancel, TaskContinuationOptions.None, TaskScheduler.Default);
        await cluster.DisposeAsync();
        Assert.Equal(0, await prefetch.Finished);
        await released;
    }

    private static async Task<string[]> MakeIndexesAsync(HeldStores stores, params int[] shards)
    {
        await using var cluster = await TestCluster.StartAsync(1, stores: stores, expectedSilos: 0);
        var names = new List<string>();
        foreach (int count in shards)
        {
            var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, count);
            await index.InsertBatchAsync([.. Enumerable.Range(0, 40).Select(i => new Row((ulong)i, new float[1]))], cancellationToken: Cancel);
            names.Add(index.Name);
        }

        return [.. names];
    }

    private static IReadOnlyList<ShardPrefetch> Prefetches(TestCluster cluster) =>
        [.. cluster.Orleans.Silos.Select(silo => cluster.Orleans.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<ShardPrefetch>())];
}

using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Memory;
using IqdbFlat.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>Shards that are loaded, or moved, where there is no room for them.</summary>
public sealed class MemoryBudgetTests
{
    private const int Dimension = 64;
    private const int Rows = 4_000;
    private const long Budget = 64L * 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shard_that_does_not_fit_is_refused_while_others_go_on_and_answers_when_there_is_room()
    {
        var stores = new HeldStores();
        await using var cluster = await TestCluster.StartAsync(1, stores: stores, memoryBudgetBytes: Budget);
        var memory = MemoryOf(cluster, null);
        var (index, small) = (await FilledAsync(cluster, 2), await cluster.CreateIndexAsync(1, Metric.Euclidean, 1));
        await small.InsertAsync(new(1, new float[1]), cancellationToken: Cancel);
        string before = await NearestAsync(index);
        long used = memory.UsedBytes;
        memory.Change(Budget - used);

        ulong inShard = Enumerable.Range(0, Rows).Select(id => (ulong)id).First(id => index.Description.Slots.ShardOf(id) == 0);
        int takeovers = 0;
        string owner = StorageNames.Shard(index.Description.Home, index.Description.Incarnation, 0);
        stores.Watch((whose, verb, name) => takeovers += whose == owner && verb == "replace" && name == "checkpoint" ? 1 : 0);
        await cluster.Orleans.DeactivateAsync(Shard(cluster, index, 0));
        Assert.True(memory.UsedBytes < Budget, "the shard that left gives its memory back");
        long left = Budget - memory.UsedBytes;
        memory.Change(left / 2);
        for (int ask = 0; ask < 5; ask++)
            AssertRefused(await Assert.ThrowsAsync<FlatIndexException>(() => NearestAsync(index)), Budget - (left / 2));
        AssertRefused(await Assert.ThrowsAsync<FlatIndexException>(() => index.UpsertAsync(new(inShard, new float[Dimension]), cancellationToken: Cancel)), Budget - (left / 2));
        Assert.Equal(Budget - (left / 2), memory.UsedBytes);

        // To load is to take over, which leaves records: it is not done again in vain.
        Assert.Equal(1, takeovers);
        Assert.Single((await small.SearchAsync(new float[1], 3, cancellationToken: Cancel)).Hits);
        await small.DeleteAsync(1, cancellationToken: Cancel);
        var partial = await index.SearchAsync(new float[Dimension], 3, new() { AllowPartial = true }, Cancel);
        Assert.Equal([0], partial.Missing);

        // A shard that is loaded anew lies a little differently.
        memory.Change(-(left / 2) - 65_536);
        Assert.Equal(before, await NearestAsync(index));
    }

    [Fact]
    public async Task A_batch_that_one_of_its_shards_has_no_room_for_says_that_others_may_have_it()
    {
        await using var cluster = await TestCluster.StartAsync(1, memoryBudgetBytes: Budget);
        var memory = MemoryOf(cluster, null);
        var index = await FilledAsync(cluster, 2);
        ulong[] inShard = [.. Enumerable.Range(0, 2).Select(shard => Enumerable.Range(0, Rows).Select(id => (ulong)id).First(id => index.Description.Slots.ShardOf(id) == shard))];
        memory.Change(Budget - memory.UsedBytes);
        await cluster.Orleans.DeactivateAsync(Shard(cluster, index, 0));
        memory.Change((Budget - memory.UsedBytes) / 2);

        float[] changed = [.. Enumerable.Repeat(2f, Dimension)];
        var alone = await Assert.ThrowsAsync<FlatIndexException>(() => index.UpsertAsync(new(inShard[0], changed), cancellationToken: Cancel));
        Assert.Equal((FlatErrorKind.ResourceLimitExceeded, false), (alone.Kind, alone.Error.MayHaveBeenApplied));

        // A coordinator that has not written before asks the shards first, and is told before anything is done.
        FlatIndexException both;
        do
        {
            both = await Assert.ThrowsAsync<FlatIndexException>(
                () => index.UpsertBatchAsync([new(inShard[0], changed), new(inShard[1], changed)], cancellationToken: Cancel));
            Assert.Equal(FlatErrorKind.ResourceLimitExceeded, both.Kind);
            Assert.Equal(both.Error.MayHaveBeenApplied, (await index.GetAsync(inShard[1], Cancel))!.Value.Vector.Span.SequenceEqual(changed));
        }
        while (!both.Error.MayHaveBeenApplied);
    }

    [Fact]
    public async Task A_shard_is_not_moved_to_a_silo_without_room_and_one_that_does_not_fit_is_moved_to_one_that_has()
    {
        await using var cluster = await TestCluster.StartAsync(2, memoryBudgetBytes: Budget);
        var index = await FilledAsync(cluster, 1);
        string before = await NearestAsync(index);
        var from = (await cluster.Client.LocateShardsAsync(index.Name, Cancel))[0];
        var to = (await cluster.Client.ListSilosAsync(Cancel)).Single(silo => silo.Name != from.Silo);
        var (full, here) = (MemoryOf(cluster, to.Address), MemoryOf(cluster, from.Address));
        long taken = Budget - full.UsedBytes - 1_000;
        full.Change(taken);

        var refused = await Assert.ThrowsAsync<FlatIndexException>(() => cluster.Client.MoveShardAsync(index.Name, 0, to.Name, Cancel));
        AssertRefused(refused, Budget - 1_000);
        Assert.Contains($"the silo {to.Name}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(from, (await cluster.Client.LocateShardsAsync(index.Name, Cancel))[0]);
        Assert.Equal(before, await NearestAsync(index));

        // Now there is no room here, and the shard is activated where it is not wanted: it can go.
        full.Change(-taken);
        long others = Budget - here.UsedBytes;
        here.Change(others);
        await cluster.Orleans.DeactivateAsync(Shard(cluster, index, 0));
        here.Change(Budget - here.UsedBytes - 1_000);
        AssertRefused(await Assert.ThrowsAsync<FlatIndexException>(() => NearestAsync(index)), Budget - 1_000);
        var home = (await cluster.Client.LocateShardsAsync(index.Name, Cancel))[0];
        Assert.Equal(from.Silo, home.Silo);
        Assert.Equal((from.Silo, to.Name, Rows), await MoveAsync());
        Assert.Equal(before, await NearestAsync(index));

        async Task<(string From, string To, long Rows)> MoveAsync()
        {
            var move = await cluster.Client.MoveShardAsync(index.Name, 0, to.Name, Cancel);
            return (move.From, move.To, move.Rows);
        }
    }

    [Fact]
    public async Task What_was_written_within_the_budget_is_loaded_within_it()
    {
        const long Small = 3L * 1024 * 1024;
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var cluster = await TestCluster.StartAsync(1, memoryBudgetBytes: Small);
        var index = await cluster.CreateIndexAsync(8, Metric.Euclidean, 3);
        ulong id = 0;
        for (bool fits = true; fits;)
        {
            try
            {
                await index.InsertBatchAsync([.. Enumerable.Range(0, random.Next(1, 300)).Select(_ => RandomRow())], cancellationToken: Cancel);
            }
            catch (FlatIndexException e) when (e.Kind == FlatErrorKind.ResourceLimitExceeded)
            {
                fits = false;
            }
        }

        long rows = await index.CountAsync(Cancel);
        Assert.InRange(MemoryOf(cluster, null).UsedBytes, Small / 4, Small);
        for (int shard = 0; shard < 3; shard++)
            await cluster.Orleans.DeactivateAsync(Shard(cluster, index, shard));
        Assert.Equal((seed, rows), (seed, await index.CountAsync(Cancel)));
        Assert.InRange(MemoryOf(cluster, null).UsedBytes, 1, Small);

        Row RandomRow() => new(
            ++id, Enumerable.Range(0, 8).Select(_ => random.NextSingle()).ToArray(), random.Next(2) == 0 ? Metadata.Empty : Metadata.From(("name", $"{random.Next()}"), ("year", (long)random.Next(9))));
    }

    private static async Task<IFlatIndex> FilledAsync(TestCluster cluster, int shards)
    {
        var random = new Random(7);
        var index = await cluster.CreateIndexAsync(Dimension, Metric.Euclidean, shards);
        await index.InsertBatchAsync(
            [.. Enumerable.Range(0, Rows).Select(i => new Row((ulong)i, Enumerable.Range(0, Dimension).Select(_ => random.NextSingle()).ToArray()))], cancellationToken: Cancel);
        return index;
    }

    private static async Task<string> NearestAsync(IFlatIndex index) =>
        string.Join(' ', (await index.SearchAsync(new float[Dimension], 20, cancellationToken: Cancel)).Hits.Select(hit => $"{hit.Id}:{BitConverter.SingleToInt32Bits(hit.Distance):x8}"));

    private static void AssertRefused(FlatIndexException error, long taken)
    {
        Assert.Equal((FlatErrorKind.ResourceLimitExceeded, Budget), (error.Kind, error.Error.Max));
        Assert.True(error.Error.Found > Budget && error.Error.Shard is not null, error.Message);
        Assert.Contains($"{taken} of its budget of {Budget} bytes are taken, and the shard needs {error.Error.Found - taken} at least", error.Message, StringComparison.Ordinal);
    }

    private static IShardGrain Shard(TestCluster cluster, IFlatIndex index, int shard) => cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(shard));

    private static SiloMemory MemoryOf(TestCluster cluster, string? address) => cluster.Orleans.GetSiloServiceProvider(
        address is null ? null : cluster.Orleans.Silos.Single(silo => silo.SiloAddress.Endpoint.ToString() == address).SiloAddress).GetRequiredService<SiloMemory>();
}

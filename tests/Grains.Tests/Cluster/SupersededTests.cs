using System.Collections.Concurrent;
using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>
/// Two clusters that know nothing of each other, on one store: each has an activation of every grain, and they take each other's shards over again
/// and again.
/// </summary>
public sealed class SupersededTests(ITestOutputHelper output)
{
    private const int Shards = 2;

    private static readonly WriteOptions Patient = new() { Deadline = TimeSpan.FromMinutes(2) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writers_on_both_sides_lose_nothing_do_nothing_twice_and_see_what_they_wrote()
    {
        var stores = new HeldStores();
        await using var left = await TestCluster.StartAsync(1, stores: stores);
        await using var right = await TestCluster.StartAsync(1, stores: stores);
        var made = await left.CreateIndexAsync(1, Metric.Euclidean, Shards);
        IFlatIndex[] handles = [made, await right.Client.OpenAsync(made.Name, Cancel)];
        var acknowledged = new ConcurrentDictionary<ulong, bool>();

        await Task.WhenAll(handles.Select((handle, side) => Task.Run(() => WriteAsync(handle, side), Cancel)));

        var found = await handles[0].SearchAsync(new float[1], 1_000, new() { Freshness = Freshness.Linearizable, Deadline = Patient.Deadline }, Cancel);
        Assert.Equal(acknowledged.Keys.Order(), found.Hits.Select(hit => hit.Id.Number).Order());
        output.WriteLine($"{acknowledged.Count} rows; epochs {string.Join(", ", found.Shards.Select(shard => shard.Position.Epoch))}.");
        Assert.True(found.Shards.Max(shard => shard.Position.Epoch) > 4, "the sides took the shards over from each other");

        async Task WriteAsync(IFlatIndex handle, int side)
        {
            var mine = new HashSet<ulong>();
            for (int i = 0; i < 12; i++)
            {
                ulong[] ids = [.. Enumerable.Range(0, 4).Select(j => (ulong)((side * 10_000) + (i * 4) + j))];
                await handle.InsertBatchAsync([.. ids.Select(id => new Row(id, new float[1]))], Patient, Cancel);
                mine.UnionWith(ids);
                foreach (ulong id in ids)
                    Assert.True(acknowledged.TryAdd(id, true));

                // Its own, always; and linearizably, also what the other side was told before.
                var own = await handle.SearchAsync(new float[1], 1_000, new() { Deadline = Patient.Deadline }, Cancel);
                Assert.Superset(mine, own.Hits.Select(hit => hit.Id.Number).ToHashSet());
                var before = acknowledged.Keys.ToHashSet();
                var all = await handle.SearchAsync(new float[1], 1_000, new() { Deadline = Patient.Deadline, Freshness = Freshness.Linearizable }, Cancel);
                Assert.Superset(before, all.Hits.Select(hit => hit.Id.Number).ToHashSet());
            }
        }
    }

    /// <summary>Once a newer epoch has been acknowledged, no call that begins later is acknowledged under an older one.</summary>
    [Fact]
    public async Task Of_two_activations_of_a_shard_at_most_one_acknowledges_and_a_fenced_one_never_again()
    {
        var stores = new HeldStores();
        await using var left = await TestCluster.StartAsync(1, stores: stores);
        await using var right = await TestCluster.StartAsync(1, stores: stores);
        var index = await left.CreateIndexAsync(1, Metric.Euclidean, 1);
        string key = index.Description.ShardKey(0);
        var told = new ConcurrentBag<(long Began, long Ended, ShardPosition Position, ulong Id)>();
        long clock = 0;
        long refused = 0;
        ulong number = 0;

        await Task.WhenAll(new[] { left, right }.Select(cluster => Task.Run(
            async () =>
            {
                for (int i = 0; i < 40; i++)
                {
                    ulong id = Interlocked.Increment(ref number);
                    var write = new ShardWrite
                    {
                        IndexEpoch = index.Description.Epoch,
                        Mode = WriteMode.Insert,
                        Rows = new() { Ids = new RowId[] { id }, Vectors = new float[1] },
                        Sequences = new([id]),
                        StopAtFirst = true,
                    };
                    long began = Interlocked.Increment(ref clock);
                    try
                    {
                        var reply = await cluster.Grains.GetGrain<IShardGrain>(key).WriteRows(write, Cancel);
                        told.Add((began, Interlocked.Increment(ref clock), reply.Position, id));
                    }
                    catch (FlatIndexException e) when (e.Kind is FlatErrorKind.Unavailable or FlatErrorKind.Loading or FlatErrorKind.Timeout)
                    {
                        Interlocked.Increment(ref refused);
                    }
                }
            },
            Cancel)));

        output.WriteLine($"{told.Count} acknowledged in {told.Select(t => t.Position.Epoch).Distinct().Count()} epochs, {refused} refused.");
        Assert.True(told.Select(t => t.Position.Epoch).Distinct().Count() > 1);
        foreach (var first in told)
        {
            foreach (var later in told.Where(later => later.Began > first.Ended))
                Assert.True(later.Position.Epoch >= first.Position.Epoch, $"{later.Position} was acknowledged after {first.Position}");
        }

        // No position was told twice, and all that was told is there.
        Assert.Equal(told.Count, told.Select(t => t.Position).Distinct().Count());
        var rows = await ReadAllAsync(right, key, index.Description.Epoch);
        Assert.Superset(told.Select(t => t.Id).ToHashSet(), rows);
    }

    [Fact]
    public async Task A_stale_activation_never_answers_with_less_than_its_callers_handle_was_told()
    {
        var stores = new HeldStores();
        await using var left = await TestCluster.StartAsync(1, stores: stores);
        await using var right = await TestCluster.StartAsync(1, stores: stores);
        var index = await left.CreateIndexAsync(1, Metric.Euclidean, 1);
        string key = index.Description.ShardKey(0);
        await index.InsertAsync(new(1, new float[1]), cancellationToken: Cancel);
        var there = await right.Client.OpenAsync(index.Name, Cancel);
        await there.InsertAsync(new(2, new float[1]), Patient, Cancel);
        var told = (await there.SearchAsync(new float[1], 9, cancellationToken: Cancel)).Shards.Single().Position;
        var request = new SearchRequest { Index = index.Name, Queries = new float[1], QueryCount = 1, K = 9, Deadline = TimeSpan.FromMinutes(1), Seen = [told] };

        // The left activation does not know that it has been superseded; a caller who was told nothing gets its old rows.
        var stale = await left.Grains.GetGrain<IShardGrain>(key).SearchShard(
            new() { IndexEpoch = ulong.MaxValue, Queries = new float[1], QueryCount = 1, K = 9 }, Cancel);
        var fresh = await left.Grains.GetGrain<ICoordinatorGrain>(0).SearchIndex(request, Cancel);

        Assert.Equal((1, 2), (stale.Answers[0].Count, fresh.Answers[0].Count));
    }

    private static async Task<HashSet<ulong>> ReadAllAsync(TestCluster cluster, string key, ulong epoch)
    {
        while (true)
        {
            try
            {
                var shard = cluster.Grains.GetGrain<IShardGrain>(key);
                var reply = await shard.SearchShard(
                    new() { IndexEpoch = epoch, Queries = new float[1], QueryCount = 1, K = 1_000, Freshness = Freshness.Linearizable }, Cancel);
                return [.. reply.Answers[0].Ids.Values.Select(id => id.Number)];
            }
            catch (FlatIndexException e) when (e.Kind is FlatErrorKind.Unavailable or FlatErrorKind.Loading)
            {
                Cancel.ThrowIfCancellationRequested();
            }
        }
    }
}

using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Tests.Cluster;

namespace IqdbFlat.Grains.Tests.Placement;

/// <summary>Shards moved by hand and spread evenly, while they are searched and written.</summary>
public sealed class ShardMoveTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IFlatIndexClient Client => silos.Cluster.Client;

    [Fact]
    public async Task A_moved_shard_serves_from_its_new_silo_with_every_bit()
    {
        var scenario = new Scenario(7);
        var index = await silos.Cluster.CreateIndexAsync(Scenario.Dimension, Metric.Euclidean, 3);
        string before = await scenario.RunAsync(index, 200, Cancel);
        var shard = (await Client.LocateShardsAsync(index.Name, Cancel))[1];
        string target = (await Client.ListSilosAsync(Cancel)).Single(silo => silo.Name != shard.Silo).Name;

        var move = await Client.MoveShardAsync(index.Name, 1, target, Cancel);

        Assert.Equal((index.Name, 1, shard.Silo, target), (move.Index, move.Shard, move.From, move.To));
        var stats = (await index.StatsAsync(Cancel)).Shards[1];
        Assert.Equal((target, move.Rows), (stats.Silo, stats.Vectors));
        Assert.Equal(target, (await Client.LocateShardsAsync(index.Name, Cancel))[1].Silo);
        Assert.Equal(before, await scenario.SearchAsync(index, Cancel));
    }

    [Fact]
    public async Task A_shard_that_is_there_already_is_left_alone()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 1);
        var before = (await index.StatsAsync(Cancel)).Shards[0];

        var byName = await Client.MoveShardAsync(index.Name, 0, before.Silo, Cancel);
        var byAddress = await Client.MoveShardAsync(index.Name, 0, before.Address, Cancel);

        Assert.Equal((before.Silo, before.Silo), (byName.From, byName.To));
        Assert.Equal((before.Silo, before.Silo), (byAddress.From, byAddress.To));
        Assert.Equal(before.Position, (await index.StatsAsync(Cancel)).Shards[0].Position);
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_moved_and_the_error_says_what_is()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 3);
        var all = await Client.ListSilosAsync(Cancel);

        var shard = await FailsAsync(FlatErrorKind.InvalidConfig, () => Client.MoveShardAsync(index.Name, 3, all[0].Name, Cancel));
        Assert.Contains("shards 0 to 2, found 3", shard.Message, StringComparison.Ordinal);
        await FailsAsync(FlatErrorKind.InvalidConfig, () => Client.MoveShardAsync(index.Name, -1, all[0].Name, Cancel));
        var silo = await FailsAsync(FlatErrorKind.InvalidConfig, () => Client.MoveShardAsync(index.Name, 0, "silo-of-2077", Cancel));
        Assert.All(all, each => Assert.Contains(each.ToString(), silo.Message, StringComparison.Ordinal));
        Assert.Contains("found 'silo-of-2077'", silo.Message, StringComparison.Ordinal);
        await FailsAsync(FlatErrorKind.IndexNotFound, () => Client.MoveShardAsync("index-of-2077", 0, all[0].Name, Cancel));
        await FailsAsync(FlatErrorKind.IndexNotFound, () => Client.LocateShardsAsync("index-of-2077", Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => silos.Cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(0)).MoveShard("nowhere", Cancel));
    }

    [Fact]
    public async Task A_rebalance_levels_what_was_moved_to_one_silo_and_a_second_one_does_nothing()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 6);
        string crowded = (await Client.ListSilosAsync(Cancel))[0].Name;
        for (int shard = 0; shard < 6; shard++)
            await Client.MoveShardAsync(index.Name, shard, crowded, Cancel);

        var moves = await Client.RebalanceAsync(index.Name, Cancel).ToListAsync(Cancel);

        Assert.Equal(3, moves.Count);
        Assert.All(moves, move => Assert.Equal(crowded, move.From));
        Assert.Equal([3, 3], (await index.StatsAsync(Cancel)).Shards.CountBy(shard => shard.Silo).Select(silo => silo.Value));
        Assert.Empty(await Client.RebalanceAsync(index.Name, Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Searches_and_writes_go_on_while_shards_move_to_and_fro()
    {
        const int Moves = 40;
        const int Rows = 500;
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 4);
        await index.InsertBatchAsync([.. Enumerable.Range(0, Rows).Select(i => new Row((ulong)i, new float[] { i }))], cancellationToken: Cancel);
        var all = await Client.ListSilosAsync(Cancel);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        long searches = 0;
        long writes = 0;
        var searching = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(SearchAsync, Cancel)));
        var writing = Task.Run(WriteAsync, Cancel);

        for (int move = 0; move < Moves; move++)
        {
            var moved = await Client.MoveShardAsync(index.Name, move % 4, all[move / 4 % 2].Name, Cancel);
            Assert.Equal(all[move / 4 % 2].Name, moved.To);
        }

        await over.CancelAsync();
        await Task.WhenAll(searching, writing);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Moves} moves, {searches} searches, {writes} writes");
        Assert.True(searches > 0 && writes > 0);
        Assert.Equal(Rows + writes, await index.CountAsync(Cancel));

        async Task SearchAsync()
        {
            while (!over.IsCancellationRequested)
            {
                var hits = (await index.SearchAsync(new float[1], Rows, cancellationToken: Cancel)).Hits;
                Assert.Equal(Enumerable.Range(0, Rows).Select(i => (ulong)i), hits.Select(hit => hit.Id.Number));
                Interlocked.Increment(ref searches);
            }
        }

        // An insert that was applied twice is a Duplicate; one that was lost is missed by the count.
        async Task WriteAsync()
        {
            while (!over.IsCancellationRequested)
            {
                await index.InsertAsync(new((ulong)(Rows + writes), new float[] { Rows + writes }), cancellationToken: Cancel);
                writes++;
            }
        }
    }

    private static async Task<FlatIndexException> FailsAsync(FlatErrorKind kind, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<FlatIndexException>(call);
        Assert.Equal(kind, error.Kind);
        return error;
    }
}

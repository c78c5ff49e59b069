using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Shards;
using IqdbFlat.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using static IqdbFlat.Grains.Tests.Cluster.IndexLifeTests;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>Grains come and go: what was acknowledged stays, numbers rise, and old views are refused.</summary>
public sealed class ReactivationTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shard_that_is_activated_anew_has_every_row_and_every_bit()
    {
        var scenario = new Scenario(20260101);
        var index = await silos.Cluster.CreateIndexAsync(Scenario.Dimension, Metric.Euclidean, 3);
        string before = await scenario.RunAsync(index, 200, Cancel);

        foreach (int shard in Enumerable.Range(0, 3))
            await silos.Cluster.Orleans.DeactivateAsync(ShardOf(index, shard));

        Assert.Equal(before, await scenario.SearchAsync(index, Cancel));
    }

    [Fact]
    public async Task Rows_of_an_index_without_codes_have_none_before_and_after_a_restart()
    {
        const int Dimension = 64;
        var random = new Random(5);
        Row[] rows = [.. Enumerable.Range(0, 3_000).Select(i => new Row((ulong)i, Enumerable.Range(0, Dimension).Select(_ => random.NextSingle()).ToArray()))];
        float[] query = [.. rows[7].Vector.ToArray()];
        var settings = new IndexSettings(Dimension, Metric.Euclidean, 1);
        var usual = await silos.Cluster.Client.CreateAsync("with-codes", settings, cancellationToken: Cancel);
        var without = await silos.Cluster.Client.CreateAsync("without-codes", settings with { WithoutCodes = true }, cancellationToken: Cancel);
        Assert.True((await silos.Cluster.Client.DescribeAsync("without-codes", Cancel)).Settings.WithoutCodes);
        await usual.InsertBatchAsync(rows, cancellationToken: Cancel);
        await without.InsertBatchAsync(rows, cancellationToken: Cancel);
        for (int life = 0; life < 2; life++)
        {
            var options = new ClusterSearchOptions { Plan = SearchPlan.Pruned };
            var pruned = await usual.SearchAsync(query, 10, options, Cancel);
            var plain = await without.SearchAsync(query, 10, options, Cancel);
            Assert.Equal(pruned.Hits.Select(hit => (hit.Id, hit.Distance)), plain.Hits.Select(hit => (hit.Id, hit.Distance)));
            Assert.True(pruned.Shards.Sum(shard => shard.Pruned) > 0);
            Assert.Equal(0, plain.Shards.Sum(shard => shard.Pruned));
            Assert.True((await without.StatsAsync(Cancel)).MemoryBytes < 0.9 * (await usual.StatsAsync(Cancel)).MemoryBytes);
            foreach (var index in new[] { usual, without })
                await silos.Cluster.Orleans.DeactivateAsync(ShardOf(index, 0));
        }
    }

    [Fact]
    public async Task An_index_grain_that_is_activated_anew_goes_on_with_higher_numbers_and_a_higher_epoch()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 3);
        await index.InsertBatchAsync([.. Enumerable.Range(0, 30).Select(i => new Row((ulong)i, new float[1]))], cancellationToken: Cancel);
        ulong last = (await index.SearchAsync(new float[1], 100, cancellationToken: Cancel)).Hits.Max(hit => hit.Sequence);
        ulong epoch = (await silos.Cluster.Client.DescribeAsync(index.Name, Cancel)).Epoch;

        await silos.Cluster.Orleans.DeactivateAsync(silos.Cluster.Grains.GetGrain<IIndexGrain>(index.Name));
        await index.InsertAsync(new(99, new float[1]), cancellationToken: Cancel);

        var hits = (await index.SearchAsync(new float[1], 100, cancellationToken: Cancel)).Hits;
        Assert.Equal(99UL, hits[^1].Id.Number);
        Assert.True(hits[^1].Sequence > last);
        Assert.True((await silos.Cluster.Client.DescribeAsync(index.Name, Cancel)).Epoch > epoch);
    }

    [Fact]
    public async Task No_number_is_allotted_twice_however_far_past_the_first_lease()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 1);
        var grain = silos.Cluster.Grains.GetGrain<IIndexGrain>(index.Name);
        ulong last = 0;
        for (int activation = 0; activation < 3; activation++)
        {
            for (int i = 0; i < 3; i++)
            {
                var allotment = await grain.AllotSequences(index.Description.Incarnation, 1 << 20, Cancel);
                Assert.True(allotment.First > last);
                last = allotment.First + (1 << 20) - 1;
            }

            await silos.Cluster.Orleans.DeactivateAsync(grain);
        }
    }

    [Fact]
    public async Task A_new_index_activation_fences_every_shard_before_it_allots()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 3);
        var grain = silos.Cluster.Grains.GetGrain<IIndexGrain>(index.Name);
        await silos.Cluster.Orleans.DeactivateAsync(grain);
        await grain.AllotSequences(index.Description.Incarnation, 1, Cancel);

        foreach (int shard in Enumerable.Range(0, 3))
            await FailsAsync(FlatErrorKind.IndexNotFound, () => LoadedAsync(() => ShardOf(index, shard).WriteRows(Write(index, 1), Cancel)));
    }

    [Fact]
    public async Task A_coordinator_passes_on_what_its_caller_was_told()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 1);
        await LoadedAsync(() => ShardOf(index, 0).WriteRows(Write(index, 1), Cancel));
        var told = await SupersedeAsync(index, ShardOperation.Put(2, 2, new float[1]));
        var request = new SearchRequest { Index = index.Name, Queries = new float[1], QueryCount = 1, K = 9, Deadline = TimeSpan.FromSeconds(30), Seen = [told] };

        var reply = await silos.Cluster.Grains.GetGrain<ICoordinatorGrain>(0).SearchIndex(request, Cancel);

        Assert.Equal(2, reply.Answers[0].Count);
    }

    [Fact]
    public async Task A_shard_refuses_a_request_of_an_older_index_epoch()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 1);
        var shard = ShardOf(index, 0);
        await shard.FenceEpoch(index.Description.Epoch + 1, Cancel);

        await FailsAsync(FlatErrorKind.IndexNotFound, () => LoadedAsync(() => shard.SearchShard(Search(index) with { IndexEpoch = index.Description.Epoch }, Cancel)));
        await FailsAsync(FlatErrorKind.IndexNotFound, () => LoadedAsync(() => shard.WriteRows(Write(index, 1), Cancel)));
        await silos.Cluster.Orleans.DeactivateAsync(shard);
        await FailsAsync(FlatErrorKind.IndexNotFound, () => LoadedAsync(() => shard.WriteRows(Write(index, 1), Cancel)));
    }

    [Fact]
    public async Task A_shard_that_is_behind_what_its_caller_was_told_does_not_answer()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 1);
        var shard = ShardOf(index, 0);
        await LoadedAsync(() => shard.WriteRows(Write(index, 1), Cancel));
        var told = await SupersedeAsync(index, ShardOperation.Put(2, 2, new float[1]));

        await FailsAsync(FlatErrorKind.Unavailable, () => LoadedAsync(() => shard.SearchShard(Search(index) with { Seen = told }, Cancel)));

        var reply = await LoadedAsync(() => shard.SearchShard(Search(index) with { Seen = told }, Cancel));
        Assert.True(reply.Report.Position.Epoch > told.Epoch, "the shard read its log again");
        Assert.Equal(2, reply.Answers[0].Count);
    }

    [Fact]
    public async Task A_position_that_nobody_was_told_is_refused_and_costs_the_shard_nothing()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 1);
        var shard = ShardOf(index, 0);
        var position = (await LoadedAsync(() => shard.WriteRows(Write(index, 1), Cancel))).Position;

        await FailsAsync(FlatErrorKind.InvalidConfig, () => shard.SearchShard(
            Search(index) with { Seen = position with { Position = position.Position + 1 } }, Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => shard.ReadRows(
            new() { IndexEpoch = index.Description.Epoch, Limit = 1, Seen = position with { Epoch = ulong.MaxValue } }, Cancel));

        var reply = await LoadedAsync(() => shard.SearchShard(Search(index) with { Seen = position }, Cancel));
        Assert.Equal(position, reply.Report.Position);
    }

    [Fact]
    public async Task A_linearizable_search_does_not_answer_from_a_superseded_activation()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 1);
        var shard = ShardOf(index, 0);
        await LoadedAsync(() => shard.WriteRows(Write(index, 1), Cancel));
        await SupersedeAsync(index, ShardOperation.Put(2, 2, new float[1]));

        var stale = await LoadedAsync(() => shard.SearchShard(Search(index), Cancel));
        await FailsAsync(FlatErrorKind.Unavailable, () => LoadedAsync(() => shard.SearchShard(Search(index) with { Freshness = Freshness.Linearizable }, Cancel)));
        var fresh = await LoadedAsync(() => shard.SearchShard(Search(index), Cancel));

        Assert.Equal((1, 2), (stale.Answers[0].Count, fresh.Answers[0].Count));
    }

    [Fact]
    public async Task A_linearizable_search_sees_what_was_acknowledged()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 2);
        await index.InsertAsync(new(1, new float[1]), cancellationToken: Cancel);

        var answer = await index.SearchAsync(new float[1], 5, new ClusterSearchOptions { Freshness = Freshness.Linearizable }, Cancel);

        Assert.Single(answer.Hits);
    }

    /// <summary>Takes the shard over behind its grain's back, and commits.</summary>
    private async Task<ShardPosition> SupersedeAsync(IFlatIndex index, ShardOperation operation)
    {
        var description = index.Description;
        var store = silos.Cluster.SiloServices.GetRequiredService<IRecordStoreFactory>()
            .Open(StorageNames.Shard(description.Home, description.Incarnation, 0));
        var log = await ShardLog.OpenAsync(store, Guid.NewGuid(), new ShardRecovery(), cancellation: Cancel);
        await log.CommitAsync(new([operation]), Cancel);
        return new(0, log.End.Epoch, log.End.Position);
    }

    /// <summary>A call of a shard itself, again while the shard, which was put out, still loads: a coordinator does that for its callers.</summary>
    private static async Task<T> LoadedAsync<T>(Func<Task<T>> call)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (FlatIndexException e) when (e.Kind == FlatErrorKind.Loading && TimeProvider.System.GetElapsedTime(began) < Waiting.Patience)
            {
                // The shard itself has waited a second before it said so.
            }
        }
    }

    private IShardGrain ShardOf(IFlatIndex index, int shard) => silos.Cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(shard));

    private static ShardSearch Search(IFlatIndex index) => new()
    {
        IndexEpoch = index.Description.Epoch,
        Queries = new float[1],
        QueryCount = 1,
        K = 10,
    };

    private static ShardWrite Write(IFlatIndex index, ulong id) => new()
    {
        IndexEpoch = index.Description.Epoch,
        Mode = WriteMode.Insert,
        Rows = new() { Ids = new RowId[] { id }, Vectors = new float[1] },
        Sequences = new([id]),
        StopAtFirst = true,
    };
}

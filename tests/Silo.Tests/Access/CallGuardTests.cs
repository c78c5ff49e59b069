using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Tests.Connections;
using IqdbFlat.Silo.Tests.Hosting;
using Orleans.Runtime;

namespace IqdbFlat.Silo.Tests.Access;

/// <summary>A client outside the cluster reaches what is meant for clients, and nothing else.</summary>
public sealed class CallGuardTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    [Fact]
    public async Task Calls_for_clients_are_answered_and_what_silos_say_to_each_other_is_refused()
    {
        await using var client = await OutsideClient.ConnectAsync(silo.Addresses.Gateway);
        var cancel = TestContext.Current.CancellationToken;
        var index = await client.Indexes.CreateAsync("guarded", new(2, Metric.Euclidean, 2), cancellationToken: cancel);
        var description = await client.Grains.GetGrain<IIndexGrain>("guarded").DescribeIndex(cancel);
        var shard = client.Grains.GetGrain<IShardGrain>(description.ShardKey(0));
        var grain = client.Grains.GetGrain<IIndexGrain>("guarded");

        await Refused(() => shard.ReportShard(description.Epoch, cancel));
        await Refused(() => shard.EraseShard(cancel));
        await Refused(() => shard.FenceEpoch(ulong.MaxValue, cancel));
        await Refused(() => shard.MoveShard("elsewhere", cancel));
        await Refused(() => grain.AllotSequences(description.Incarnation, 1, cancel));
        await Refused(() => grain.CutIndex(Guid.NewGuid(), TimeSpan.FromMinutes(1), cancel));
        await Refused(() => client.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).RemoveName("guarded", cancel));
        await Refused(() => client.Grains.GetGrain<IManagementGrain>(0).ForceGarbageCollection([]));
        await Refused(() => client.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics());

        // Nothing of it was done, and everything for clients works beside it.
        await index.InsertAsync(new(1, new[] { 1f, 0f }), cancellationToken: cancel);
        Assert.Single((await index.SearchAsync(new[] { 1f, 0f }, 10, cancellationToken: cancel)).Hits);
        Assert.Single(await client.Grains.GetGrain<IManagementGrain>(0).GetHosts(true));
        await client.Indexes.RenameAsync("guarded", "guarded-still", cancel);
        await client.Indexes.DropAsync("guarded-still", cancel);
    }

    private static async Task Refused(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<FlatIndexException>(call);
        Assert.Equal(FlatErrorKind.InvalidConfig, error.Kind);
        Assert.Contains("is not for clients", error.Message, StringComparison.Ordinal);
    }
}

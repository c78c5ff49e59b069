using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using static IqdbFlat.Grains.Tests.Cluster.IndexLifeTests;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>Requests that no client of ours sends, straight at the grains: a typed error each, and the index goes on.</summary>
public sealed class HostileRequestTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shard_refuses_what_no_coordinator_sends()
    {
        var index = await MadeAsync();
        ulong epoch = index.Description.Epoch;
        var shard = silos.Cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(0));
        var search = new ShardSearch { IndexEpoch = epoch, Queries = new float[2], QueryCount = 1, K = 1 };
        var write = new ShardWrite
        {
            IndexEpoch = epoch,
            Mode = WriteMode.Upsert,
            Rows = new() { Ids = new RowId[] { 8, 9 }, Vectors = new float[4] },
            Sequences = new([50, 51]),
            StopAtFirst = false,
        };
        var read = new ShardRead { IndexEpoch = epoch, Limit = 1 };
        var deep = Enumerable.Range(0, 65).Aggregate(Filter.Eq("a", 1L), (inner, _) => Filter.Not(inner));

        ShardSearch[] searches =
        [
            search with { QueryCount = 0 }, search with { QueryCount = -1 }, search with { QueryCount = int.MaxValue }, search with { K = -1 },
            search with { K = int.MaxValue }, search with { Queries = new float[3] }, search with { Queries = default }, search with { Filter = deep }, null!,
        ];
        foreach (var bad in searches)
            await TypedAsync(() => shard.SearchShard(bad, Cancel));
        ShardWrite[] writes =
        [
            write with { Sequences = new([50]) }, write with { Sequences = new([]) }, write with { Sequences = default }, write with { Sequences = new([51, 50]) },
            write with { Sequences = new([50, 50]) }, write with { Rows = null! }, write with { Rows = write.Rows with { Vectors = new float[3] } },
            write with { Rows = write.Rows with { Vectors = default } }, write with { Rows = write.Rows with { Metadata = new Metadata?[1] } },
            write with { Mode = (WriteMode)77 }, write with { Mode = WriteMode.Clear }, null!,
            write with { Token = new(Guid.CreateVersion7(), 1, -1, 0) }, write with { Token = new(Guid.CreateVersion7(), 1, 0, 0), Cut = -1 },
        ];
        foreach (var bad in writes)
            await TypedAsync(() => shard.WriteRows(bad, Cancel));
        ShardRead[] reads = [read with { Limit = 0 }, read with { Limit = -1 }, read with { Limit = int.MaxValue }, null!];
        foreach (var bad in reads)
            await TypedAsync(() => shard.ReadRows(bad, Cancel));
        await TypedAsync(() => shard.CheckRows(null!, Cancel));
        await TypedAsync(() => shard.CheckWrite(null!, Cancel));

        Assert.Equal(1, await index.CountAsync(Cancel));
        Assert.Empty((await shard.CheckRows(new() { IndexEpoch = epoch, Mode = WriteMode.Insert, Ids = default }, Cancel)));
    }

    [Fact]
    public async Task A_coordinator_refuses_what_no_client_of_ours_sends()
    {
        var index = await MadeAsync();
        var coordinator = silos.Cluster.Grains.GetGrain<ICoordinatorGrain>(7);
        var search = new SearchRequest { Index = index.Name, Queries = new float[2], QueryCount = 1, K = 1, Deadline = Deadline };
        var write = new WriteRequest
        {
            Index = index.Name,
            Mode = WriteMode.Upsert,
            Rows = new() { Ids = new RowId[] { 8, 9 }, Vectors = new float[4] },
            Deadline = Deadline,
        };
        var get = new GetRequest { Index = index.Name, Ids = default, WithContent = true, Deadline = Deadline };
        var page = new PageRequest { Index = index.Name, AfterSequence = 0, Limit = 5, Deadline = Deadline };

        SearchRequest[] searches =
        [
            search with { QueryCount = 0 }, search with { QueryCount = -1 }, search with { QueryCount = int.MaxValue }, search with { K = -1 },
            search with { Queries = default }, search with { Deadline = TimeSpan.Zero }, search with { Deadline = TimeSpan.MinValue },
            search with { Deadline = TimeSpan.MaxValue }, search with { Index = null! }, search with { Index = "" }, search with { Metric = (Metric)99 }, null!,
        ];
        foreach (var bad in searches)
            await TypedAsync(() => coordinator.SearchIndex(bad, Cancel));
        WriteRequest[] writes =
        [
            write with { Rows = null! }, write with { Rows = write.Rows with { Vectors = new float[3] } }, write with { Mode = (WriteMode)77 },
            write with { Rows = write.Rows with { Metadata = new Metadata?[1] } }, write with { Mode = WriteMode.Delete },
            write with { Rows = write.Rows with { Ids = default } }, null!, write with { Token = new(Guid.NewGuid(), 1) }, write with { Token = default(WriteToken) },
            write with { Token = WriteToken.New(), TokenPart = -1 }, write with { Token = WriteToken.New(), TokenPart = WriteToken.Remembered },
            write with { Token = WriteToken.New(), Mode = WriteMode.Clear, Rows = null! },
        ];
        foreach (var bad in writes)
            await TypedAsync(() => coordinator.WriteRows(bad, Cancel));
        await TypedAsync(() => coordinator.ReadPage(page with { Limit = 0 }, Cancel));
        await TypedAsync(() => coordinator.ReadPage(page with { Limit = int.MinValue }, Cancel));
        await TypedAsync(() => coordinator.GetRows(null!, Cancel));
        await TypedAsync(() => silos.Cluster.Grains.GetGrain<IIndexGrain>("no-settings").CreateIndex(null!, false, Cancel));
        await TypedAsync(() => silos.Cluster.Grains.GetGrain<IIndexGrain>(index.Name).RenameIndex(null!, Cancel));
        await TypedAsync(() => silos.Cluster.Grains.GetGrain<IIndexGrain>(index.Name).AllotSequences(index.Description.Incarnation, int.MaxValue, Cancel));

        Assert.Equal(0, (await coordinator.GetRows(get with { Seen = null! }, Cancel)).Rows.Count);
        Assert.Equal(1, (await coordinator.SearchIndex(search with { Seen = null!, K = int.MaxValue }, Cancel)).Answers[0].Count);
        Assert.Equal(1, (await coordinator.ReadPage(page with { Limit = int.MaxValue }, Cancel)).Rows.Rows.Count);
    }

    private async Task<IFlatIndex> MadeAsync()
    {
        var index = await silos.Cluster.CreateIndexAsync(2, Metric.Euclidean, 1);
        await index.InsertAsync(new(1, new float[2]), cancellationToken: Cancel);
        return index;
    }

    private static async Task TypedAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<FlatIndexException>(call);
        Assert.Contains(error.Kind, new[]
        {
            FlatErrorKind.InvalidConfig, FlatErrorKind.DimensionMismatch, FlatErrorKind.InvalidFilter, FlatErrorKind.InvalidMetric,
            FlatErrorKind.ResourceLimitExceeded,
        });
    }
}

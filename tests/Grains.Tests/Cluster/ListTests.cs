using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using static IqdbFlat.Grains.Tests.Cluster.IndexLifeTests;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>Lists, counts and removals by filter give over any number of shards what the index in one process gives.</summary>
public sealed class ListTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task Shards_do_not_show_in_lists_counts_and_removals(int shards)
    {
        var rows = Rows(400);
        using var engine = new FlatIndex(2, Metric.Euclidean);
        engine.InsertBatch(rows);
        var index = await silos.Cluster.CreateIndexAsync(2, Metric.Euclidean, shards);
        await index.InsertBatchAsync(rows, cancellationToken: Cancel);
        FieldOrder[][] orders = [[], [new("group")], [new("group", true), new("n", true)], [new("mixed"), new("none")], [new("n", true)]];
        foreach (var order in orders)
        {
            foreach (var filter in new[] { null, Filter.Lt("n", 300L), Filter.Eq("group", "none") })
            {
                var options = new ListOptions { OrderBy = order, Filter = filter, Limit = 70, Skip = filter is null ? 30 : 0, IncludeVectors = filter is null };
                var expected = Pages(engine, options);
                var found = new List<StoredRow>();
                await foreach (var row in index.ScrollAsync(options, Cancel))
                    found.Add(row);
                Assert.Equal(expected.Select(Describe), found.Select(Describe));
                Assert.Equal(engine.CountMatching(filter), await index.CountMatchingAsync(filter, Cancel));
            }
        }

        Assert.Equal(engine.DeleteMatching(Filter.Eq("group", "b")), await index.DeleteMatchingAsync(Filter.Eq("group", "b"), cancellationToken: Cancel));
        Assert.Equal(0, await index.DeleteMatchingAsync(Filter.Eq("group", "b"), cancellationToken: Cancel));
        Assert.Equal(engine.Count, await index.CountAsync(Cancel));
        Assert.Equal(Pages(engine, ListOptions.Default).Select(Describe), (await index.ListAsync(cancellationToken: Cancel)).Rows.Select(Describe));
    }

    [Fact]
    public async Task A_page_ends_where_its_bytes_do_and_the_list_goes_on()
    {
        var index = await silos.Cluster.CreateIndexAsync(2, Metric.Euclidean, 3);
        string large = new('x', 60_000);
        foreach (ulong[] ids in Enumerable.Range(0, 700).Select(id => (ulong)id).Chunk(100))
            await index.InsertBatchAsync([.. ids.Select(id => new Row(id, new float[2], Metadata.From(("large", large), ("n", (long)(id % 7)))))], cancellationToken: Cancel);
        var options = new ListOptions { OrderBy = [new("n")], Limit = 10_000, IncludeVectors = false };
        var first = await index.ListAsync(options, Cancel);
        Assert.InRange(first.Rows.Count, 1, 300);
        List<ulong> ids2 = [];
        await foreach (var row in index.ScrollAsync(options, Cancel))
            ids2.Add(row.Id.Number);
        Assert.Equal(Enumerable.Range(0, 700).Select(id => (ulong)id).OrderBy(id => id % 7), ids2);
    }

    [Fact]
    public async Task A_removal_is_made_once_under_its_token_and_survives_a_restart_of_its_shards()
    {
        var index = await silos.Cluster.CreateIndexAsync(2, Metric.Euclidean, 3);
        await index.InsertBatchAsync(Rows(100), cancellationToken: Cancel);
        long expected = await index.CountMatchingAsync(Filter.Eq("group", "a"), Cancel);
        var token = new WriteOptions { Token = WriteToken.New() };
        Assert.Equal(expected, await index.DeleteMatchingAsync(Filter.Eq("group", "a"), token, Cancel));
        await index.InsertAsync(new(10_000, new float[2], Metadata.From(("group", "a"))), cancellationToken: Cancel);
        Assert.Equal(expected, await index.DeleteMatchingAsync(Filter.Eq("group", "a"), token, Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => index.DeleteMatchingAsync(Filter.Eq("group", "b"), token, Cancel));
        for (int shard = 0; shard < 3; shard++)
            await silos.Cluster.Orleans.DeactivateAsync(silos.Cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(shard)));
        Assert.Equal(1, await index.CountMatchingAsync(Filter.Eq("group", "a"), Cancel));
        Assert.Equal(101 - expected, await index.CountAsync(Cancel));
    }

    [Fact]
    public async Task Rows_that_stay_come_once_while_others_are_written()
    {
        var index = await silos.Cluster.CreateIndexAsync(2, Metric.Euclidean, 3);
        var rows = Rows(600);
        await index.InsertBatchAsync(rows, cancellationToken: Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var writing = Task.Run(async () =>
        {
            for (ulong turn = 0; !stop.IsCancellationRequested; turn++)
                await index.UpsertAsync(new((turn * 2) % 600, new float[2], Metadata.From(("group", turn % 2 == 0 ? "a" : "c"))), cancellationToken: Cancel);
        }, Cancel);
        foreach (FieldOrder[] order in new FieldOrder[][] { [], [new("group")] })
        {
            List<StoredRow> seen = [];
            await foreach (var row in index.ScrollAsync(new() { OrderBy = order, Limit = 25 }, Cancel))
            {
                seen.Add(row);
                if (seen.Count > 100_000)
                    break;
                if (order.Length == 0 && seen.Count >= 600 && row.Sequence > 2_000)
                    break;
            }

            var odd = seen.Where(row => row.Id.Number % 2 == 1).Select(row => row.Id.Number).ToList();
            Assert.Equal(300, odd.Count);
            Assert.Equal(300, odd.Distinct().Count());
            Assert.Equal(seen.Count, seen.Select(row => row.Sequence).Distinct().Count());
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task What_no_client_sends_is_refused_by_coordinator_and_shard()
    {
        var index = await silos.Cluster.CreateIndexAsync(2, Metric.Euclidean, 2);
        var coordinator = silos.Cluster.Grains.GetGrain<ICoordinatorGrain>(0);
        var shard = silos.Cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(0));
        var list = new ListRequest { Index = index.Name, Limit = 10, Deadline = TimeSpan.FromSeconds(30) };
        var part = new ShardList { IndexEpoch = index.Description.Epoch, Limit = 10 };
        await FailsAsync(FlatErrorKind.InvalidConfig, () => coordinator.ListRows(list with { Limit = 0 }, Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => coordinator.ListRows(list with { Descending = [0] }, Cancel));
        await FailsAsync(FlatErrorKind.InvalidFilter, () => coordinator.ListRows(list with { Filter = TooDeep() }, Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => shard.ListRows(part with { Limit = 65_537 }, Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => shard.ListRows(part with { OrderFields = ["a", "a"] }, Cancel));
        await FailsAsync(FlatErrorKind.InvalidFilter, () => shard.CountRows(new() { IndexEpoch = index.Description.Epoch, Filter = TooDeep() }, Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => shard.ListRows(null!, Cancel));
        var none = new RowBlock { Ids = new([]), Vectors = new(ReadOnlyMemory<float>.Empty) };
        await FailsAsync(FlatErrorKind.InvalidConfig, () => coordinator.WriteRows(
            new() { Index = index.Name, Mode = WriteMode.DeleteMatching, Rows = none, Deadline = TimeSpan.FromSeconds(30) }, Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => shard.WriteRows(
            new() { IndexEpoch = index.Description.Epoch, Mode = WriteMode.DeleteMatching, Rows = none, Sequences = new ulong[] { 9 }, StopAtFirst = false }, Cancel));
    }

    internal static Filter TooDeep() => Enumerable.Range(0, 65).Aggregate(Filter.And(), (inner, _) => Filter.Not(inner));

    private static Row[] Rows(int count) =>
    [
        .. Enumerable.Range(0, count).Select(n => new Row(
            (ulong)n,
            new float[] { n, -n },
            Metadata.From(("group", n % 3 == 0 ? "a" : n % 3 == 1 ? "b" : "c"), ("n", (long)((n * 7919) % count)), ("mixed", n % 4 == 0 ? MetadataValue.Null : n % 4 == 1 ? n / 2.0 : n % 4 == 2 ? $"{n % 10}" : n % 8 == 3)))),
    ];

    private static string Describe(StoredRow row) => $"{row.Id} {row.Sequence} {string.Join(' ', row.Vector.ToArray())} {string.Join(' ', row.Metadata)}";

    private static List<StoredRow> Pages(FlatIndex index, ListOptions options)
    {
        var rows = new List<StoredRow>();
        for (var page = index.List(options); ; page = index.List(options))
        {
            rows.AddRange(page.Rows);
            if (page.Cursor is null)
                return rows;
            options = options with { Cursor = page.Cursor, Skip = 0 };
        }
    }
}

using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Tests.Cluster;

namespace IqdbFlat.Grains.Tests.Backup;

/// <summary>Metadata of every kind through messages, logs, a new activation and a backup: the bits stay, and every leaf answers as in one process.</summary>
public sealed class ValueKindsTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private const int Rows = 240;

    private static readonly MetadataValue[] Values =
    [
        MetadataValue.Null, true, -7L, -0.0, double.NaN, "", "exact index", "\U0001F600",
        new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero), new DateTimeOffset(2024, 5, 1, 14, 0, 0, TimeSpan.FromHours(2)),
        DateTimeOffset.MinValue, DateTimeOffset.MaxValue, MetadataValue.FromArray(), MetadataValue.FromArray("a", MetadataValue.Null, "b"),
        MetadataValue.FromArray(1L, 2L), MetadataValue.FromArray(-0.0, double.NaN), MetadataValue.FromArray(true), MetadataValue.FromArray(MetadataValue.Null),
        MetadataValue.FromArray(new DateTimeOffset(2024, 5, 1, 14, 0, 0, TimeSpan.FromHours(2))),
    ];

    private static readonly Filter[] Filters =
    [
        Filter.Eq("f", Values[8]), Filter.Gte("f", Values[8]), Filter.Neq("f", Values[13]), Filter.Eq("f", Values[13]), Filter.In("f", Values),
        Filter.Contains("f", "a"), Filter.Contains("f", MetadataValue.Null), Filter.Contains("f", 0.0), Filter.Contains("f", Values[8]),
        Filter.ContainsAny("f", "b", 2L, true), Filter.StartsWith("f", "exact"), Filter.EndsWith("f", "index"), Filter.ContainsText("f", "t i"),
        Filter.Not(Filter.ContainsAny("f", Values)), Filter.And(Filter.StartsWith("f", ""), Filter.Not(Filter.ContainsText("f", "e"))),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Values_of_every_kind_survive_a_restart_a_backup_and_a_restore()
    {
        Row[] rows = [.. Enumerable.Range(0, Rows).Select(i =>
            new Row((ulong)i, new float[] { i, i % 7 }, i % 5 == 4 ? null : Metadata.From(("f", Values[i % Values.Length]), ("n", (long)i))))];
        using var oracle = new FlatIndex(2, Metric.Euclidean);
        oracle.InsertBatch(rows);
        var original = await silos.Cluster.CreateIndexAsync(2, Metric.Euclidean, 3);
        await original.InsertBatchAsync(rows, cancellationToken: Cancel);
        await SameAsync(oracle, original);

        foreach (int shard in Enumerable.Range(0, 3))
            await silos.Cluster.Orleans.DeactivateAsync(silos.Cluster.Grains.GetGrain<IShardGrain>(original.Description.ShardKey(shard)));
        await SameAsync(oracle, original);

        var (bytes, report) = await BackupTests.BackUpAsync(original);
        using var backup = new MemoryStream(bytes);
        string name = $"t-{Guid.NewGuid():n}";
        await silos.Cluster.Client.RestoreAsync(backup, new RestoreOptions { Name = name, Shards = 2 }, cancellationToken: Cancel);
        var restored = await silos.Cluster.Client.OpenAsync(name, Cancel);
        await SameAsync(oracle, restored);
        Assert.Equal(report.Digest, (await silos.Cluster.Client.VerifyAsync(name, cancellationToken: Cancel)).Digest);
    }

    private static async Task SameAsync(FlatIndex oracle, IFlatIndex index)
    {
        foreach (var filter in Filters)
        {
            var expected = oracle.Search([3, 1], Rows, new SearchOptions { Filter = filter, IncludeMetadata = true }).Hits;
            var found = (await index.SearchAsync(new float[] { 3, 1 }, Rows, new() { Filter = filter, IncludeMetadata = true }, Cancel)).Hits;
            Assert.Equal(expected.Select(hit => (hit.Id, hit.Distance, hit.Metadata)), found.Select(hit => (hit.Id, hit.Distance, hit.Metadata)));
            Assert.NotEmpty(found);
        }
    }
}

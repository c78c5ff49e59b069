using System.Security.Cryptography;
using System.Text;
using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using static IqdbFlat.Grains.Tests.Cluster.IndexLifeTests;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>Rows with several named vectors in a cluster: written together, kept, searched one by one with the bits of the engine.</summary>
public sealed class VectorPartsTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static readonly VectorParts Parts = new(new("title", 40, Metric.Cosine), new("body", 5, Metric.DotProduct), new("sign", 20, Metric.Hamming));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shards_do_not_show_in_the_answers_and_the_digest_is_that_of_the_engine()
    {
        var rows = Rows(300);
        using var engine = new FlatIndex(Parts);
        engine.InsertBatch(rows);
        string expected = await DigestAsync((query, part) => Task.FromResult(engine.Search(query, 20, new SearchOptions { VectorName = part }).Hits));
        foreach (int shards in new[] { 1, 2, 3, 8 })
        {
            var index = await CreateAsync(shards);
            Assert.Equal(Parts, index.Parts);
            await index.InsertBatchAsync(rows, cancellationToken: Cancel);
            Assert.Equal(expected, await DigestAsync(async (query, part) => (await index.SearchAsync(query, 20, new() { VectorName = part }, Cancel)).Hits));
        }
    }

    [Fact]
    public async Task Rows_come_back_with_the_vectors_that_they_have_also_after_a_restart_of_their_shard()
    {
        var index = await CreateAsync(1);
        var rows = Rows(50);
        await index.InsertBatchAsync(rows, cancellationToken: Cancel);
        await silos.Cluster.Orleans.DeactivateAsync(silos.Cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(0)));
        var found = await index.GetBatchAsync([.. rows.Select(row => row.Id)], Cancel);
        for (int i = 0; i < rows.Length; i++)
            Assert.Equal(rows[i].Vector.ToArray(), found[i]!.Value.Vector.ToArray());
        Assert.Equal(rows.Count(row => Parts.PartOf(row.Vector, "body") is not null), (await index.SearchAsync(new float[5], 1_000, new() { VectorName = "body" }, Cancel)).Hits.Count);
    }

    [Fact]
    public async Task A_backup_brings_the_vectors_along()
    {
        var index = await CreateAsync(2);
        await index.InsertBatchAsync(Rows(40), cancellationToken: Cancel);
        var file = new MemoryStream();
        await index.BackupAsync(file, cancellationToken: Cancel);
        file.Position = 0;
        var restored = await silos.Cluster.Client.RestoreAsync(file, new RestoreOptions { Name = $"t-{Guid.NewGuid():n}", Shards = 3 }, cancellationToken: Cancel);
        Assert.Equal(Parts, restored.Parts);
        var options = new ClusterSearchOptions { VectorName = "title" };
        Assert.Equal((await index.SearchAsync(new float[40], 100, options, Cancel)).Hits, (await restored.SearchAsync(new float[40], 100, options, Cancel)).Hits);
    }

    [Fact]
    public async Task What_is_wrong_is_told_by_the_client_and_by_the_cluster_alike()
    {
        var index = await CreateAsync(2);
        await FailsAsync(FlatErrorKind.InvalidConfig, () => index.SearchAsync(new float[40], 1, cancellationToken: Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => index.SearchAsync(new float[40], 1, new() { VectorName = "none" }, Cancel));
        await FailsAsync(FlatErrorKind.DimensionMismatch, () => index.SearchAsync(new float[40], 1, new() { VectorName = "body" }, Cancel));
        float[] unpacked = new float[Parts.RowComponents];
        unpacked[0] = 1;
        await FailsAsync(FlatErrorKind.InvalidVector, () => index.InsertAsync(new(1, unpacked), cancellationToken: Cancel));
        var coordinator = silos.Cluster.Grains.GetGrain<ICoordinatorGrain>(0);
        var reply = await coordinator.WriteRows(
            new() { Index = index.Name, Mode = WriteMode.Insert, Rows = new() { Ids = new RowId[] { 1 }, Vectors = unpacked }, Deadline = TimeSpan.FromSeconds(30) }, Cancel);
        Assert.Equal(FlatErrorKind.InvalidVector, reply.Error!.Kind);
        await FailsAsync(FlatErrorKind.InvalidConfig, () => coordinator.SearchIndex(
            new() { Index = index.Name, Queries = new float[40], QueryCount = 1, K = 1, VectorName = "none", Deadline = TimeSpan.FromSeconds(30) }, Cancel));
        var shard = silos.Cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(0));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => shard.SearchShard(
            new() { IndexEpoch = index.Description.Epoch, Queries = new float[40], QueryCount = 1, K = 1, Part = 3 }, Cancel));
    }

    [Fact]
    public async Task Making_it_again_needs_the_same_vectors()
    {
        string name = $"t-{Guid.NewGuid():n}";
        await silos.Cluster.Client.CreateAsync(name, new(Parts, 2), cancellationToken: Cancel);
        await silos.Cluster.Client.CreateAsync(name, new(new VectorParts([.. Parts]), 2), ifNotExists: true, Cancel);
        await FailsAsync(FlatErrorKind.IndexExists, () => silos.Cluster.Client.CreateAsync(name, new(Parts.RowComponents, Metric.Cosine, 2), ifNotExists: true, Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => silos.Cluster.Client.CreateAsync($"{name}x", new IndexSettings(3, Metric.Cosine, 2) { Parts = Parts }, cancellationToken: Cancel));
    }

    private static Row[] Rows(int count)
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, count).Select(id => new Row((ulong)id, Parts.Pack([.. Parts.Where(_ => random.Next(4) > 0).Select(part => Vector(random, part))])))];
    }

    private static (string, ReadOnlyMemory<float>?) Vector(Random random, VectorPart part) =>
        (part.Name, Enumerable.Range(0, part.Dimension).Select(_ => (float)random.Next(-4, 5)).ToArray());

    private static async Task<string> DigestAsync(Func<float[], string, Task<IReadOnlyList<Hit>>> search)
    {
        var random = new Random(12);
        var text = new StringBuilder();
        for (int query = 0; query < 12; query++)
        {
            var (name, vector) = Vector(random, Parts[query % Parts.Count]);
            foreach (var hit in await search(vector!.Value.ToArray(), name))
                text.Append($"{hit.Id} {BitConverter.SingleToUInt32Bits(hit.Distance):x8};");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private Task<IFlatIndex> CreateAsync(int shards) => silos.Cluster.Client.CreateAsync($"t-{Guid.NewGuid():n}", new(Parts, shards), cancellationToken: Cancel);
}

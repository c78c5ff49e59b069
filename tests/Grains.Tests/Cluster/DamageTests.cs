using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Storage;
using IqdbFlat.Grains.Tests.Log;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>Bits that flip and records that are cut short, in every kind of record: a typed error names the record, and what is whole goes on.</summary>
public sealed class DamageTests
{
    private static readonly ClusterSearchOptions Brief = new() { Deadline = TimeSpan.FromSeconds(20) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Damage_is_named_and_other_shards_and_indexes_go_on()
    {
        var stores = new HeldStores();
        await using var cluster = await TestCluster.StartAsync(1, stores: stores);
        var whole = await FilledAsync(cluster);
        var damaged = await FilledAsync(cluster);
        string owner = StorageNames.Shard(damaged.Description.Home, damaged.Description.Incarnation, 1);
        string log = stores.Of(owner).Names.First(name => name.StartsWith("log/", StringComparison.Ordinal));

        foreach (string record in new[] { log, "checkpoint" })
        {
            foreach (var damage in Damages())
            {
                byte[] before = stores.Of(owner).Read(record)!.Value.Bytes.ToArray();
                await cluster.Orleans.DeactivateAsync(cluster.Grains.GetGrain<Abstractions.IShardGrain>(damaged.Description.ShardKey(1)));
                stores.Of(owner).Overwrite(record, damage);

                var error = await Assert.ThrowsAsync<FlatIndexException>(() => damaged.SearchAsync(new float[1], 50, Brief, Cancel));
                Assert.Equal((FlatErrorKind.CorruptData, record, damaged.Name, 1), (error.Kind, error.Error.Record, error.Error.Index, error.Error.Shard!.Value));
                var id = IdOfShard(damaged, 0);
                Assert.True(await damaged.ExistsAsync(id, Cancel));
                Assert.Equal(20, (await whole.SearchAsync(new float[1], 50, cancellationToken: Cancel)).Hits.Count);

                stores.Of(owner).Overwrite(record, _ => before);
                Assert.Equal(20, (await damaged.SearchAsync(new float[1], 50, Brief, Cancel)).Hits.Count);
            }
        }
    }

    [Fact]
    public async Task A_list_names_an_index_whose_record_is_damaged_and_goes_on_with_the_others()
    {
        var stores = new HeldStores();
        await using var cluster = await TestCluster.StartAsync(1, stores: stores);
        var whole = await FilledAsync(cluster);
        var damaged = await FilledAsync(cluster);
        foreach (var damage in Damages())
        {
            byte[] before = stores.Of($"index/{damaged.Name}").Read("index")!.Value.Bytes.ToArray();
            await cluster.Orleans.DeactivateAsync(cluster.Grains.GetGrain<Abstractions.IIndexGrain>(damaged.Name));
            stores.Of($"index/{damaged.Name}").Overwrite("index", damage);

            var indexes = await cluster.Client.ListAsync(Cancel);
            Assert.Equal([whole.Name], indexes.Select(index => index.Name));
            var error = Assert.Single(indexes.Damaged);
            Assert.Equal((FlatErrorKind.CorruptData, "index", damaged.Name), (error.Kind, error.Record, error.Index));

            stores.Of($"index/{damaged.Name}").Overwrite("index", _ => before);
            Assert.Equal(damaged.Name, (await cluster.Client.DescribeAsync(damaged.Name, Cancel)).Name);
        }
    }

    [Fact]
    public async Task A_damaged_catalog_is_named_and_every_index_goes_on()
    {
        var stores = new HeldStores();
        await using var cluster = await TestCluster.StartAsync(1, stores: stores);
        var index = await FilledAsync(cluster);
        foreach (var damage in Damages())
        {
            byte[] before = stores.Of("catalog/names").Read("catalog")!.Value.Bytes.ToArray();
            stores.Of("catalog/names").Overwrite("catalog", damage);

            var error = await Assert.ThrowsAsync<FlatIndexException>(() => cluster.Client.ListAsync(Cancel));
            Assert.Equal((FlatErrorKind.CorruptData, "catalog"), (error.Kind, error.Error.Record));
            Assert.Equal(20, (await (await cluster.Client.OpenAsync(index.Name, Cancel)).SearchAsync(new float[1], 50, cancellationToken: Cancel)).Hits.Count);

            stores.Of("catalog/names").Overwrite("catalog", _ => before);
        }
    }

    private static IEnumerable<Func<byte[], byte[]>> Damages()
    {
        yield return bytes => bytes[..(bytes.Length / 2)];
        yield return bytes => [];
        yield return bytes => [.. bytes, 0];
        foreach (int part in new[] { 0, 1, 2, 3 })
        {
            yield return bytes =>
            {
                bytes[(bytes.Length - 1) * part / 3] ^= 0x10;
                return bytes;
            };
        }
    }

    private static async Task<IFlatIndex> FilledAsync(TestCluster cluster)
    {
        var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, 2);
        await index.InsertBatchAsync([.. Enumerable.Range(0, 20).Select(i => new Row((ulong)i, new float[1]))], cancellationToken: Cancel);
        return index;
    }

    private static RowId IdOfShard(IFlatIndex index, int shard) =>
        Enumerable.Range(0, 20).Select(i => (RowId)(ulong)i).First(id => index.Description.Slots.ShardOf(id) == shard);
}

using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>One order over the whole index: ties go to the earlier insertion, wherever the rows lie.</summary>
public sealed class OrderTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static readonly float[] Same = [1, 2, 3];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ties_across_shards_come_in_the_order_of_insertion()
    {
        var index = await silos.Cluster.CreateIndexAsync(3, Metric.Euclidean, 5);
        ulong[] ids = [.. Enumerable.Range(0, 60).Select(i => (ulong)((i * 7919) % 1_000_003))];
        foreach (ulong[] some in ids.Chunk(13))
            await index.InsertBatchAsync([.. some.Select(id => new Row(id, Same))], cancellationToken: Cancel);

        Assert.Equal(ids.Take(25), await IdsAsync(index, 25));
        Assert.Equal(ids, await IdsAsync(index, int.MaxValue));
    }

    [Fact]
    public async Task A_row_that_was_deleted_or_replaced_comes_back_last_and_one_whose_metadata_changed_keeps_its_place()
    {
        var index = await silos.Cluster.CreateIndexAsync(3, Metric.Cosine, 4);
        await index.InsertBatchAsync([.. Enumerable.Range(1, 6).Select(i => new Row((ulong)i, Same))], cancellationToken: Cancel);

        await index.DeleteAsync(2, cancellationToken: Cancel);
        await index.InsertAsync(new(2, Same), cancellationToken: Cancel);
        await index.UpsertAsync(new(1, Same), cancellationToken: Cancel);
        await index.UpdateMetadataAsync(4, Metadata.From(("a", 1L)), cancellationToken: Cancel);

        Assert.Equal([3UL, 4, 5, 6, 2, 1], await IdsAsync(index, 10));
    }

    [Fact]
    public async Task An_upsert_that_names_an_id_twice_takes_the_last_value()
    {
        var index = await silos.Cluster.CreateIndexAsync(3, Metric.Euclidean, 3);

        await index.UpsertBatchAsync([new(1, Same), new(2, Same), new(1, new float[] { 1, 2, 4 })], cancellationToken: Cancel);

        Assert.Equal([2UL, 1], await IdsAsync(index, 10));
        Assert.Equal(new float[] { 1, 2, 4 }, (await index.GetAsync(1, Cancel))!.Value.Vector.ToArray());
    }

    [Fact]
    public async Task Export_gives_every_row_in_the_order_of_insertion_with_its_bits()
    {
        var index = await silos.Cluster.CreateIndexAsync(3, Metric.Euclidean, 4);
        Row[] rows = [.. Enumerable.Range(0, 2_500).Select(i => new Row((ulong)i * 31, new[] { i, -0.0f, 1e-40f }, Metadata.From(("i", (long)i))))];
        foreach (var some in rows.Chunk(700))
            await index.InsertBatchAsync(some, cancellationToken: Cancel);

        var exported = new List<StoredRow>();
        await foreach (var row in index.ExportAsync(cancellationToken: Cancel))
            exported.Add(row);

        Assert.Equal(rows.Select(row => row.Id), exported.Select(row => row.Id));
        Assert.Equal(rows.SelectMany(row => Bits(row.Vector)), exported.SelectMany(row => Bits(row.Vector)));
        Assert.Equal(rows.Select(row => row.Metadata), exported.Select(row => row.Metadata));
    }

    private static IEnumerable<int> Bits(ReadOnlyMemory<float> vector) => vector.ToArray().Select(BitConverter.SingleToInt32Bits);

    private static async Task<IEnumerable<ulong>> IdsAsync(IFlatIndex index, int k) =>
        (await index.SearchAsync(Same, k, cancellationToken: Cancel)).Hits.Select(hit => hit.Id.Number);
}

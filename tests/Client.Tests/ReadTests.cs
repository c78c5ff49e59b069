using IqdbFlat.Abstractions;
using IqdbFlat.Client.Tests.Fakes;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Tests;

public sealed class ReadTests
{
    private readonly FakeCluster _cluster = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_id_that_is_not_there_is_null_in_its_place()
    {
        await Fill(3);
        var rows = await _cluster.Open().GetBatchAsync([2, 99, 0, 2], Token);
        Assert.Equal([2, null, 0, 2], rows.Select(row => row?.Id is { } id ? (ulong?)id.Number : null));
        Assert.Null(await _cluster.Open().GetAsync(99, Token));
    }

    [Fact]
    public async Task A_row_comes_back_as_it_was_written()
    {
        await _cluster.Open().InsertAsync(new(1, new float[] { 3, 4 }, Metadata.From(("a", 1))), null, Token);
        var row = await _cluster.Open().GetAsync(1, Token);
        Assert.Equal([3, 4], row!.Value.Vector.ToArray());
        Assert.Equal(Metadata.From(("a", 1)), row.Value.Metadata);
        Assert.Equal(1UL, row.Value.Sequence);
    }

    [Fact]
    public async Task A_message_asks_for_no_more_rows_than_fit_when_each_is_as_large_as_can_be()
    {
        RowId[] ids = [.. Enumerable.Range(0, 300).Select(i => (RowId)(ulong)i)];
        await _cluster.Open().GetBatchAsync(ids, Token);
        int most = _cluster.Coordinator.Sent<GetRequest>().Max(request => request.Ids.Count);
        Assert.InRange(most, 100, 8 * 1024 * 1024 / Limits.MetadataBytes);
    }

    [Fact]
    public async Task An_id_that_no_index_accepts_is_refused_before_anything_is_sent()
    {
        var index = _cluster.Open();
        var empty = RowId.FromBytes([]);
        foreach (Func<Task> call in new Func<Task>[]
        {
            () => index.GetAsync(empty, Token),
            () => index.GetBatchAsync([1, empty], Token),
            () => index.ExistsAsync(empty, Token),
            () => index.DeleteAsync(empty, null, Token),
            () => index.UpdateMetadataAsync(empty, null, null, Token),
        })
        {
            Assert.Equal(FlatErrorKind.InvalidConfig, (await Assert.ThrowsAsync<FlatIndexException>(call)).Kind);
        }

        Assert.Empty(_cluster.Coordinator.Requests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(9)]
    public async Task An_export_gives_every_row_once_in_the_order_of_insertion(int rows)
    {
        await Fill(rows);
        var exported = await _cluster.Open(new() { BatchRows = 3 }).ExportAsync(0, Token).Select(row => row.Id).ToListAsync(Token);
        Assert.Equal(Enumerable.Range(0, rows).Select(i => (RowId)(ulong)i), exported);
    }

    [Fact]
    public async Task An_export_goes_on_after_a_sequence()
    {
        await Fill(5);
        Assert.Equal([4, 5], await _cluster.Open().ExportAsync(3, Token).Select(row => row.Sequence).ToListAsync(Token));
    }

    [Fact]
    public async Task Metadata_is_replaced_and_the_sequence_stays()
    {
        await Fill(2);
        await _cluster.Open().UpdateMetadataAsync(0, Metadata.From(("a", true)), null, Token);
        var row = await _cluster.Open().GetAsync(0, Token);
        Assert.Equal(Metadata.From(("a", true)), row!.Value.Metadata);
        Assert.Equal(1UL, row.Value.Sequence);
    }

    [Fact]
    public async Task Stats_are_the_sums_over_the_shards()
    {
        await Fill(3);
        var stats = await _cluster.Open().StatsAsync(Token);
        Assert.Equal((3, 20, 40, "flat"), (stats.Vectors, stats.MemoryBytes, stats.DiskBytes, stats.IndexType));
        Assert.Equal(3, await _cluster.Open().CountAsync(Token));
    }

    private async Task Fill(int rows) => await _cluster.Open()
        .InsertBatchAsync([.. Enumerable.Range(0, rows).Select(i => new Row((ulong)i, new float[] { i, 0 }))], null, Token);
}

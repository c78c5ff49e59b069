using IqdbFlat.Client;
using IqdbFlat.Engine;
using static IqdbFlat.Grains.Tests.Cluster.IndexLifeTests;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>What writes do, refuse and say, over several shards as over one.</summary>
public sealed class WriteTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_batch_stops_at_the_first_duplicate_and_names_the_items_that_are_not_in(int shards)
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, shards);
        await index.InsertAsync(Row(7), cancellationToken: Cancel);

        var error = await Assert.ThrowsAsync<FlatIndexException>(
            () => index.InsertBatchAsync([.. Enumerable.Range(0, 20).Select(i => Row((ulong)i))], cancellationToken: Cancel));

        Assert.Equal(FlatErrorKind.Duplicate, error.Kind);
        Assert.Equal(7, error.Error.Item);
        Assert.Equal(7UL, error.Error.Id!.Value.Number);
        Assert.Equal(Enumerable.Range(7, 13), error.Error.NotApplied);
        Assert.Equal(8, await index.CountAsync(Cancel));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_batch_stops_at_an_id_that_it_names_a_second_time(int shards)
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, shards);

        var error = await Assert.ThrowsAsync<FlatIndexException>(
            () => index.InsertBatchAsync([Row(1), Row(2), Row(1), Row(3)], cancellationToken: Cancel));

        Assert.Equal((FlatErrorKind.Duplicate, 2), (error.Kind, error.Error.Item!.Value));
        Assert.Equal(2, await index.CountAsync(Cancel));
    }

    [Fact]
    public async Task Of_writers_that_race_for_the_same_ids_each_id_has_one_winner_and_every_loser_is_told()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 4);
        Row[] rows = [.. Enumerable.Range(0, 400).Select(i => Row((ulong)i))];

        int[][] lost = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(
            async () =>
            {
                try
                {
                    await index.InsertBatchAsync(rows, cancellationToken: Cancel);
                    return [];
                }
                catch (FlatIndexException e) when (e.Kind == FlatErrorKind.Duplicate)
                {
                    return e.Error.NotApplied.ToArray();
                }
            },
            Cancel)));

        long count = await index.CountAsync(Cancel);
        int won = lost.Sum(items => rows.Length - items.Length);
        Assert.Equal(count, won);
        Assert.All(lost, items => Assert.Equal(items.Order().Distinct(), items));
        Assert.All(Enumerable.Range(0, rows.Length), i => Assert.True(lost.Count(items => !items.Contains(i)) <= 1, $"item {i} was told to be in twice"));
    }

    [Fact]
    public async Task Removing_and_changing_what_is_not_there_is_an_error_except_in_a_batch()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 2);
        await index.InsertBatchAsync([Row(1), Row(2), Row(3)], cancellationToken: Cancel);

        await FailsAsync(FlatErrorKind.NotFound, () => index.DeleteAsync(9, cancellationToken: Cancel));
        await FailsAsync(FlatErrorKind.NotFound, () => index.UpdateMetadataAsync(9, Metadata.Empty, cancellationToken: Cancel));
        Assert.Equal(2, await index.DeleteBatchAsync([1, 9, 1, 3], cancellationToken: Cancel));
        Assert.Equal(1, await index.CountAsync(Cancel));
        Assert.Null(await index.GetAsync(1, Cancel));
        Assert.True(await index.ExistsAsync(2, Cancel));
    }

    [Fact]
    public async Task Clearing_removes_every_row_and_keeps_the_index()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, 3);
        await index.InsertBatchAsync([.. Enumerable.Range(0, 100).Select(i => Row((ulong)i))], cancellationToken: Cancel);

        await index.ClearAsync(cancellationToken: Cancel);
        Assert.Equal(0, await index.CountAsync(Cancel));
        await index.InsertAsync(Row(5), cancellationToken: Cancel);

        Assert.Equal(1, await index.CountAsync(Cancel));
    }

    [Fact]
    public async Task Bad_rows_are_refused_with_nothing_written_and_the_cluster_goes_on()
    {
        var index = await silos.Cluster.CreateIndexAsync(2, Metric.Euclidean, 2);

        await FailsAsync(FlatErrorKind.InvalidConfig, () => index.InsertAsync(new(RowId.FromBytes([]), new float[2]), cancellationToken: Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => index.InsertAsync(new(RowId.FromBytes(new byte[1_025]), new float[2]), cancellationToken: Cancel));
        await FailsAsync(FlatErrorKind.DimensionMismatch, () => index.InsertAsync(new(1, new float[3]), cancellationToken: Cancel));
        await FailsAsync(FlatErrorKind.DimensionMismatch, () => index.InsertAsync(new(1, Array.Empty<float>()), cancellationToken: Cancel));
        await FailsAsync(FlatErrorKind.InvalidVector, () => index.InsertAsync(new(1, new[] { 0, float.NaN }), cancellationToken: Cancel));
        await FailsAsync(FlatErrorKind.ResourceLimitExceeded, () => index.InsertAsync(new(1, new float[2], Metadata.From(("big", new string('x', 70_000)))), cancellationToken: Cancel));
        await FailsAsync(FlatErrorKind.InvalidVector, () => index.InsertBatchAsync([new(1, new float[2]), new(2, new[] { float.PositiveInfinity, 0 })], cancellationToken: Cancel));

        Assert.Equal(1, await index.CountAsync(Cancel));
    }

    private static Row Row(ulong id) => new(id, new float[] { id });
}

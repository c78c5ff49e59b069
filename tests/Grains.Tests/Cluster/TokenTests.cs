using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using static IqdbFlat.Grains.Tests.Cluster.IndexLifeTests;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>Writes that are sent again under their token: they get the first answer, and are done once.</summary>
public sealed class TokenTests(ITestOutputHelper output)
{
    private const int Shards = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Every way in which the tries of one batch can be lost at three shards: not run, run and not heard of, or neither.</summary>
    [Fact]
    public async Task A_batch_that_dies_between_shards_is_completed_by_retries_done_once_and_in_its_order()
    {
        var losses = new LostAnswers();
        await using var cluster = await TestCluster.StartAsync(2, filter: losses);
        Loss[] kinds = Enum.GetValues<Loss>();
        for (int pattern = 1; pattern < kinds.Length * kinds.Length * kinds.Length; pattern++)
        {
            var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, Shards);
            int which = pattern;
            void Lose()
            {
                for (int shard = 0, rest = which; shard < Shards; shard++, rest /= kinds.Length)
                    losses.Lose(index.Description.ShardKey(shard), kinds[rest % kinds.Length]);
            }

            Row[] rows = [.. Enumerable.Range(0, 30).Select(i => Row((ulong)i))];
            Lose();
            await index.InsertBatchAsync(rows, cancellationToken: Cancel);
            Assert.Equal(rows.Select(row => row.Id), await IdsAsync(index));
            Lose();
            await index.UpsertBatchAsync(rows[10..20], cancellationToken: Cancel);
            Assert.Equal(((Row[])[.. rows[..10], .. rows[20..], .. rows[10..20]]).Select(row => row.Id), await IdsAsync(index));
            Lose();
            Assert.Equal(12, await index.DeleteBatchAsync([.. rows[..12].Select(row => row.Id), 999], cancellationToken: Cancel));
            Lose();
            var error = await Assert.ThrowsAsync<FlatIndexException>(() => index.InsertBatchAsync([.. rows[..5], rows[25], .. rows[5..8]], cancellationToken: Cancel));
            Assert.Equal((FlatErrorKind.Duplicate, 5, false), (error.Kind, error.Error.Item!.Value, error.Error.MayHaveBeenApplied));
            Assert.Equal([5, 6, 7, 8], error.Error.NotApplied);
            Assert.Equal(23, await index.CountAsync(Cancel));
            Lose();
            await index.ClearAsync(cancellationToken: Cancel);
            Assert.Equal(0, await index.CountAsync(Cancel));
            await cluster.Client.DropAsync(index.Name, Cancel);
        }

        output.WriteLine($"{losses.Lost} calls of shards lost.");
        Assert.True(losses.Lost > 100);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Shards)]
    public async Task A_retry_gets_the_first_answer_also_from_another_silo_after_a_restart(int shards)
    {
        var stores = new HeldStores();
        string name;
        var tokens = Enumerable.Range(0, 9).Select(i => WriteToken.New()).ToArray();
        await using (var cluster = await TestCluster.StartAsync(1, stores: stores))
        {
            var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, shards);
            name = index.Name;
            await RunAsync(index, tokens, isRetry: false);

            // What the first answers were made of is no longer so.
            await index.DeleteBatchAsync([100, 5, 40], cancellationToken: Cancel);
            await index.InsertAsync(Row(60), cancellationToken: Cancel);
            await RunAsync(index, tokens, isRetry: true);
            Assert.Equal(1, await index.CountAsync(Cancel));
        }

        await using var again = await TestCluster.StartAsync(1, stores: stores);
        var reopened = await again.Client.OpenAsync(name, Cancel);
        await RunAsync(reopened, tokens, isRetry: true);
        Assert.Equal([60UL], (await IdsAsync(reopened)).Select(id => id.Number));
    }

    [Fact]
    public async Task A_token_with_another_payload_is_refused_wherever_its_rows_lie()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, 8);
        var options = new WriteOptions { Token = WriteToken.New() };
        await index.InsertAsync(Row(1), options, Cancel);

        for (ulong id = 2; id < 20; id++)
            await FailsAsync(FlatErrorKind.InvalidConfig, () => index.InsertAsync(Row(id), options, Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => index.InsertAsync(new(1, new float[] { 2 }), options, Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => index.UpsertAsync(Row(1), options, Cancel));
        await FailsAsync(FlatErrorKind.InvalidConfig, () => index.ClearAsync(options, Cancel));
        Assert.Equal(1, await index.CountAsync(Cancel));
    }

    [Fact]
    public async Task A_token_that_is_forgotten_is_expired_and_nothing_is_done_also_after_a_restart()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, 1);
        var first = WriteToken.New();
        var token = first;
        for (ulong i = 0; i <= WriteToken.Remembered; i++, token = token.Next)
            await index.InsertAsync(Row(i), new() { Token = token }, Cancel);
        await index.DeleteAsync(0, cancellationToken: Cancel);

        await FailsAsync(FlatErrorKind.TokenExpired, () => index.InsertAsync(Row(0), new() { Token = first }, Cancel));
        await cluster.Orleans.DeactivateAsync(cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(0)));
        await FailsAsync(FlatErrorKind.TokenExpired, () => index.InsertAsync(Row(0), new() { Token = first }, Cancel));
        Assert.False(await index.ExistsAsync(0, Cancel));
        await index.InsertAsync(Row(1), new() { Token = first.Next }, Cancel);
    }

    [Fact]
    public async Task Writers_at_once_under_retries_do_each_write_once()
    {
        var losses = new LostAnswers();
        await using var cluster = await TestCluster.StartAsync(2, filter: losses);
        var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, Shards);
        var random = new Random(77);
        for (int shard = 0; shard < Shards; shard++)
            losses.Lose(index.Description.ShardKey(shard), [.. Enumerable.Range(0, 60).Select(_ => (Loss)random.Next(3))]);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(
            async () =>
            {
                for (int i = 0; i < 10; i++)
                    await index.InsertBatchAsync([.. Enumerable.Range(0, 4).Select(j => Row((ulong)((writer * 100) + (i * 4) + j)))], cancellationToken: Cancel);
            },
            Cancel)));

        Assert.Equal(240, await index.CountAsync(Cancel));
        Assert.Equal(240, (await IdsAsync(index)).Distinct().Count());
        Assert.True(losses.Lost > 20, $"{losses.Lost} calls were lost");
    }

    [Fact]
    public async Task A_stream_that_is_resumed_with_its_last_batch_writes_it_once()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, Shards);
        var options = new IngestOptions { TokenClient = WriteToken.New().Client, BatchRows = 10 };
        Row[] rows = [.. Enumerable.Range(0, 40).Select(i => Row((ulong)i))];
        await index.IngestAsync(rows[..30].ToAsyncEnumerable(), options, cancellationToken: Cancel);

        // The process knew of two batches when it ended.
        var done = await index.IngestAsync(rows[20..].ToAsyncEnumerable(), options with { FirstOrdinal = 20 }, cancellationToken: Cancel);

        Assert.Equal(20, done.Rows);
        Assert.Equal(rows.Select(row => row.Id), await IdsAsync(index));
    }

    // Each kind of write once, with the answers that the first try gets.
    private static async Task RunAsync(IFlatIndex index, WriteToken[] tokens, bool isRetry)
    {
        WriteOptions Under(int i) => new() { Token = tokens[i] };
        await index.InsertAsync(Row(5), Under(0), Cancel);
        var single = await Assert.ThrowsAsync<FlatIndexException>(() => index.InsertAsync(new(5, new float[] { 9 }), Under(1), Cancel));
        Assert.Equal(FlatErrorKind.Duplicate, single.Kind);
        var batch = await Assert.ThrowsAsync<FlatIndexException>(() => index.InsertBatchAsync([Row(40), Row(41), Row(42), Row(5), Row(43)], Under(2), Cancel));
        Assert.Equal((FlatErrorKind.Duplicate, 3, 5UL), (batch.Kind, batch.Error.Item!.Value, batch.Error.Id!.Value.Number));
        Assert.Equal([3, 4], batch.Error.NotApplied);
        var first = await Assert.ThrowsAsync<FlatIndexException>(() => index.InsertBatchAsync([Row(5), Row(80), Row(81), Row(82)], Under(3), Cancel));
        Assert.Equal([0, 1, 2, 3], first.Error.NotApplied);
        Assert.Equal(2, await index.DeleteBatchAsync([41, 42, 77], Under(4), Cancel));
        await FailsAsync(FlatErrorKind.NotFound, () => index.DeleteAsync(60, Under(5), Cancel));
        await FailsAsync(FlatErrorKind.NotFound, () => index.UpdateMetadataAsync(60, Metadata.Empty, Under(6), Cancel));
        await index.UpdateMetadataAsync(5, Metadata.From(("a", 1L)), Under(7), Cancel);
        await index.UpsertBatchAsync([Row(100), Row(100)], Under(8), Cancel);
        if (!isRetry)
            Assert.Equal([5UL, 40UL, 100UL], (await IdsAsync(index)).Select(id => id.Number));
    }

    private static async Task<RowId[]> IdsAsync(IFlatIndex index) =>
        await index.ExportAsync(0, Cancel).Select(row => row.Id).ToArrayAsync(Cancel);

    private static Row Row(ulong id) => new(id, new float[] { id });
}

using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Tests.Cluster;

namespace IqdbFlat.Grains.Tests.Backup;

/// <summary>Writes that are sent again after a restore.</summary>
public sealed class BackupTokenTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private const int Shards = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task A_write_sent_again_after_a_restore_gets_its_first_answer_and_is_not_done_twice(int shards)
    {
        var original = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, Shards);
        WriteOptions[] tokens = [.. Enumerable.Range(1, 5).Select(number => new WriteOptions { Token = new(Guid.CreateVersion7(), (ulong)number) })];
        Row[] rows = [.. Enumerable.Range(0, 50).Select(i => new Row((ulong)i, new float[] { i }))];
        Row[] refused = [.. Enumerable.Range(100, 20).Select(i => new Row((ulong)i, new float[] { i })), rows[7], .. Enumerable.Range(200, 9).Select(i => new Row((ulong)i, new float[] { i }))];
        string first = await WriteAsync(original);
        await original.DeleteAsync(3, cancellationToken: Cancel);
        await original.UpsertAsync(new Row(5, new float[] { 55 }), cancellationToken: Cancel);
        var (bytes, _) = await BackupTests.BackUpAsync(original);

        // Shards of a restored index share no record with those of before; then once more from the backup of the restored one.
        var restored = await RestoreAsync(bytes, shards);
        string then = await BackupTests.ExportAsync(restored);
        Assert.Equal(await BackupTests.ExportAsync(original), then);
        Assert.Equal(first, await WriteAsync(restored));
        Assert.Equal(then, await BackupTests.ExportAsync(restored));
        var (again, _) = await BackupTests.BackUpAsync(restored);
        restored = await RestoreAsync(again, 2);
        Assert.Equal(first, await WriteAsync(restored));
        Assert.Equal(then, await BackupTests.ExportAsync(restored));

        // Another payload is refused, and what is new is done.
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => restored.InsertBatchAsync(rows[..9], tokens[0], Cancel));
        Assert.Equal(FlatErrorKind.InvalidConfig, error.Kind);
        await restored.InsertAsync(new Row(3, new float[] { 1 }), new WriteOptions { Token = new(Guid.CreateVersion7(), 1) }, Cancel);
        Assert.NotNull(await restored.GetAsync(3, Cancel));

        async Task<string> WriteAsync(IFlatIndex index)
        {
            await index.InsertBatchAsync(rows, tokens[0], Cancel);
            var error = await Assert.ThrowsAsync<FlatIndexException>(() => index.InsertBatchAsync(refused, tokens[1], Cancel));
            int removed = await index.DeleteBatchAsync([40, 41, 42, 977], tokens[2], Cancel);
            await index.UpsertBatchAsync(rows[..12], tokens[3], Cancel);
            var none = await Assert.ThrowsAsync<FlatIndexException>(() => index.InsertAsync(rows[1], tokens[4], Cancel));
            return $"{error.Kind} at {error.Error.Item}, not {string.Join(',', error.Error.NotApplied)}; {removed} removed; {none.Kind} {none.Error.Id}";
        }
    }

    private Task<IFlatIndex> RestoreAsync(byte[] bytes, int shards) =>
        silos.Cluster.Client.RestoreAsync(new MemoryStream(bytes), new() { Name = $"r-{Guid.NewGuid():n}", Shards = shards }, cancellationToken: Cancel);
}

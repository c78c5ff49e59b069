using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Log.Records;
using IqdbFlat.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>A shard on a slow store: it activates at once, says how far its loading is, and whoever has time gets the answer.</summary>
public sealed class LoadingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_it_loads_a_shard_tells_its_progress_and_whoever_waits_gets_the_whole_answer()
    {
        const int Batches = 5;
        var stores = new HeldStores();
        await using var cluster = await TestCluster.StartAsync(1, stores: stores);
        var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, 1);
        for (int batch = 0; batch < Batches; batch++)
            await index.InsertBatchAsync([.. Enumerable.Range(batch * 10, 10).Select(i => new Row((ulong)i, new float[1]))], cancellationToken: Cancel);
        var shard = cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(0));

        // The store stands still at the checkpoint, which is the first thing that a shard reads.
        var (reached, hold) = stores.Hold("read", StorageNames.Shard(index.Description.Home, index.Description.Incarnation, 0), "checkpoint");
        await cluster.Orleans.DeactivateAsync(shard);
        var patient = index.SearchAsync(new float[1], 100, new() { Deadline = TimeSpan.FromMinutes(5) }, Cancel);
        var writer = index.InsertAsync(new(99, new float[1]), new() { Deadline = TimeSpan.FromMinutes(5) }, Cancel);
        await reached.WaitAsync(Waiting.Patience, Cancel);

        // The activation is there: it answers, and more than once.
        for (int ask = 0; ask < 2; ask++)
        {
            var loading = await Assert.ThrowsAsync<FlatIndexException>(() => shard.ReportShard(index.Description.Epoch, Cancel));
            Assert.Equal(FlatErrorKind.Loading, loading.Kind);
            Assert.Contains("shard 0 has loaded 0 of 0 rows", loading.Message, StringComparison.Ordinal);
        }

        var impatient = await Assert.ThrowsAsync<FlatIndexException>(
            () => index.SearchAsync(new float[1], 100, new() { Deadline = TimeSpan.FromSeconds(1.5) }, Cancel));
        Assert.Contains(impatient.Kind, new[] { FlatErrorKind.Loading, FlatErrorKind.Timeout });
        Assert.False(patient.IsCompleted);
        Assert.False(writer.IsCompleted);

        hold.SetResult();
        Assert.InRange((await patient).Hits.Count, Batches * 10, (Batches * 10) + 1);
        await writer;
        Assert.Equal((Batches * 10) + 1, await index.CountAsync(Cancel));
    }

    [Fact]
    public async Task Lists_of_a_loading_shard_wait_side_by_side()
    {
        const int Lists = 12;
        var stores = new HeldStores();
        using var waits = new CountedWaits(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        await using var cluster = await TestCluster.StartAsync(1, stores: stores, configure: silo => silo.Services.AddSingleton<TimeProvider>(waits));
        var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, 1);
        await index.InsertAsync(new(1, new float[1]), cancellationToken: Cancel);
        var shard = cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(0));
        var (reached, hold) = stores.Hold("read", StorageNames.Shard(index.Description.Home, index.Description.Incarnation, 0), "checkpoint");
        await cluster.Orleans.DeactivateAsync(shard);
        var lists = Enumerable.Range(0, Lists).Select(_ => shard.CountRows(new() { IndexEpoch = index.Description.Epoch }, Cancel)).ToArray();
        await reached.WaitAsync(Waiting.Patience, Cancel);

        // Each waits a second for the shard, and none of these seconds ends before all have begun.
        Assert.True(await waits.BegunAsync(Lists, Cancel), "not every list waits for the shard: some wait for another list");
        waits.End();
        foreach (var list in lists)
            Assert.Equal(FlatErrorKind.Loading, (await Assert.ThrowsAsync<FlatIndexException>(() => list)).Kind);

        hold.SetResult();
        Assert.Equal(1, await index.CountMatchingAsync(null, Cancel));
    }

    [Fact]
    public async Task The_progress_says_how_many_rows_there_are()
    {
        var stores = new HeldStores();
        await using var cluster = await TestCluster.StartAsync(1, stores: stores);
        var index = await cluster.CreateIndexAsync(1, Metric.Euclidean, 1);
        string owner = StorageNames.Shard(index.Description.Home, index.Description.Incarnation, 0);
        var shard = cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(0));

        // A shard that has been activated often folds its log into a segment with its next commit. A segment that an activation has read is one that the checkpoint names; one that is
        // only there may belong to a checkpoint that the activation's end cut short.
        int rows = 0;
        int read = 0;
        stores.Watch((whose, verb, name) =>
        {
            if (whose == owner && verb == "read" && name.StartsWith("segment/", StringComparison.Ordinal))
                Interlocked.Increment(ref read);
        });
        while (Volatile.Read(ref read) == 0)
        {
            Assert.True(rows < 100, "100 activations, and no checkpoint");
            await cluster.Orleans.DeactivateAsync(shard);
            await index.InsertAsync(new((ulong)rows++, new float[1]), cancellationToken: Cancel);
        }

        var (reached, hold) = stores.Hold("read", owner, "segment/");
        await cluster.Orleans.DeactivateAsync(shard);
        var patient = index.CountAsync(Cancel);
        await reached.WaitAsync(Waiting.Patience, Cancel);
        var checkpoint = CheckpointForm.Decode(stores.RecordsOf(owner).Read("checkpoint")!.Value.Bytes);
        int expected = checkpoint.Segments.Sum(segment => segment.LiveRows);
        Assert.InRange(expected, 1, rows);

        var loading = await Assert.ThrowsAsync<FlatIndexException>(() => shard.ReportShard(index.Description.Epoch, Cancel));

        Assert.Equal(FlatErrorKind.Loading, loading.Kind);
        Assert.Contains($"shard 0 has loaded 0 of {expected} rows", loading.Message, StringComparison.Ordinal);
        hold.SetResult();
        Assert.Equal(rows, await patient);
    }
}

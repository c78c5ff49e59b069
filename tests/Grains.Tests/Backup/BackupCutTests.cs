using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Tests.Cluster;

namespace IqdbFlat.Grains.Tests.Backup;

/// <summary>Cuts beside batches that do not end, and cuts that are gone.</summary>
public sealed class BackupCutTests(TwoSilos silos) : IClassFixture<TwoSilos>
{
    private const int Shards = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_that_never_ends_is_shut_out_and_said()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, Shards);
        await index.InsertAsync(new(1, new float[] { 1 }), cancellationToken: Cancel);
        var grain = silos.Cluster.Grains.GetGrain<IIndexGrain>(index.Name);
        var allotment = await grain.AllotBatch(index.Description.Incarnation, 2, null, 0, Cancel);
        var shard = silos.Cluster.Grains.GetGrain<IShardGrain>(index.Description.ShardKey(0));
        await shard.WriteRows(Half(allotment, 0), Cancel);

        var (bytes, report) = await BackupTests.BackUpAsync(index);

        Assert.Equal(1, report.Fenced);
        Assert.Equal(2, (await BackupTests.RowsAsync(bytes)).Count);
        await IndexLifeTests.FailsAsync(FlatErrorKind.IndexNotFound, () => shard.WriteRows(Half(allotment, 1), Cancel));
        await index.InsertAsync(new(2, new float[] { 2 }), cancellationToken: Cancel);
        Assert.Equal(0, (await BackupTests.BackUpAsync(index)).Report.Fenced);

        ShardWrite Half(Allotment numbers, int row) => new()
        {
            IndexEpoch = numbers.Epoch,
            Mode = WriteMode.Insert,
            Rows = new() { Ids = new RowId[] { (ulong)(100 + row) }, Vectors = new float[] { row } },
            Sequences = new ulong[] { numbers.First + (ulong)row },
            StopAtFirst = true,
        };
    }

    [Fact]
    public async Task A_batch_of_which_a_shard_did_not_tell_is_shut_out_without_a_wait_for_it()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, Shards);
        var grain = silos.Cluster.Grains.GetGrain<IIndexGrain>(index.Name);
        var known = await grain.AllotBatch(index.Description.Incarnation, 2, null, 0, Cancel);
        var lost = await grain.AllotBatch(index.Description.Incarnation, 2, null, 0, Cancel);
        await grain.FinishBatch(known.First, BatchEnd.Complete, Cancel);
        await grain.FinishBatch(lost.First, BatchEnd.Unknown, Cancel);
        Assert.Equal(1, (await BackupTests.BackUpAsync(index)).Report.Fenced);
        Assert.Equal(0, (await BackupTests.BackUpAsync(index)).Report.Fenced);
    }

    [Fact]
    public async Task A_cut_whose_shard_was_activated_anew_is_gone_and_says_so()
    {
        var index = await silos.Cluster.CreateIndexAsync(1, Metric.Euclidean, Shards);
        await index.InsertAsync(new(1, new float[] { 1 }), cancellationToken: Cancel);
        var backup = silos.Cluster.Grains.GetGrain<IBackupGrain>(0);
        var cut = await backup.CutIndex(index.Name, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), Cancel);
        string key = cut.Description.ShardKey(1);
        await silos.Cluster.Orleans.DeactivateAsync(silos.Cluster.Grains.GetGrain<IShardGrain>(key));
        var read = new CutRead { ShardKey = key, Pin = cut.Pin, From = 0, Deadline = TimeSpan.FromMinutes(1) };
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => backup.ReadCut(read, Cancel));
        Assert.Equal(FlatErrorKind.Unavailable, error.Kind);
        Assert.Contains("begin it again", error.Message, StringComparison.Ordinal);
        await IndexLifeTests.FailsAsync(FlatErrorKind.Unavailable, () => backup.KeepCut(cut.Description, cut.Pin, Cancel));
    }
}

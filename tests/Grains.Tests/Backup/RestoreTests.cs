using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Tests.Cluster;

namespace IqdbFlat.Grains.Tests.Backup;

/// <summary>A restore appears whole or not at all, and leaves nothing behind that hurts later.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private const string Name = "restored";
    private readonly HeldStores _stores = new();
    private TestCluster _cluster = null!;
    private byte[] _backup = null!;
    private RowsDigest _digest;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(1, stores: _stores);
        var original = await _cluster.Client.CreateAsync("original", new(2_048, Metric.Euclidean, 2), cancellationToken: Cancel);
        await original.InsertBatchAsync(
            [.. Enumerable.Range(0, 1_500).Select(i => new Row((ulong)i, Vector(i), Metadata.From(("n", (long)i))))], cancellationToken: Cancel);
        (_backup, var report) = await BackupTests.BackUpAsync(original);
        _digest = report.Digest;
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_name_that_is_taken_is_refused_and_the_index_that_has_it_stays()
    {
        await IndexLifeTests.FailsAsync(FlatErrorKind.IndexExists, () => _cluster.Client.RestoreAsync(new MemoryStream(_backup), cancellationToken: Cancel));
        Assert.Equal(1_500, await (await _cluster.Client.OpenAsync("original", Cancel)).CountAsync(Cancel));
        await RestoresAsync();
        await IndexLifeTests.FailsAsync(FlatErrorKind.IndexExists, () => RestoreAsync(new MemoryStream(_backup)));
    }

    [Fact]
    public async Task A_backup_that_is_damaged_or_ends_early_leaves_no_index_and_no_records()
    {
        int middle = _backup.Length / 2;
        byte[] damaged = [.. _backup];
        damaged[^40] ^= 1;
        foreach (byte[] bytes in new[] { _backup[..middle], _backup[..^1], damaged, [.. _backup, 1] })
        {
            var error = await Assert.ThrowsAsync<FlatIndexException>(() => RestoreAsync(new MemoryStream(bytes)));
            Assert.Equal(FlatErrorKind.CorruptData, error.Kind);
            Assert.StartsWith("backup", error.Error.Record, StringComparison.Ordinal);
            await NothingIsLeftAsync();
        }

        await RestoresAsync();
    }

    [Fact]
    public async Task A_source_that_fails_or_a_call_that_is_cancelled_midway_leaves_nothing()
    {
        await Assert.ThrowsAsync<IOException>(() => RestoreAsync(new BrokenStream(_backup, _backup.Length / 2, () => throw new IOException("unplugged"))));
        await NothingIsLeftAsync();
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => RestoreAsync(new BrokenStream(_backup, _backup.Length / 2, stop.Cancel), stop.Token));
        await NothingIsLeftAsync();
        await RestoresAsync();
    }

    [Fact]
    public async Task Nobody_sees_the_index_before_it_is_whole()
    {
        string[] seen = [];
        await RestoreAsync(new BrokenStream(_backup, _backup.Length / 2, () => seen = LookAsync().GetAwaiter().GetResult()));
        Assert.Equal(["IndexNotFound", "IndexExists", "IndexExists", "IndexNotFound"], seen);

        async Task<string[]> LookAsync() =>
        [
            await KindOfAsync(() => _cluster.Client.OpenAsync(Name, Cancel)),
            await KindOfAsync(() => _cluster.Client.CreateAsync(Name, new(3, Metric.Cosine, 1), ifNotExists: true, Cancel)),
            await KindOfAsync(() => _cluster.Client.RenameAsync("original", Name, Cancel)),
            await KindOfAsync(() => _cluster.Client.DropAsync(Name, Cancel)),
        ];
    }

    [Fact]
    public async Task A_restore_whose_index_grain_is_lost_is_dropped_by_the_next_call()
    {
        var grain = _cluster.Grains.GetGrain<IIndexGrain>(Name);
        var error = await Assert.ThrowsAsync<FlatIndexException>(() => RestoreAsync(new BrokenStream(
            _backup, _backup.Length / 2, () => _cluster.Orleans.DeactivateAsync(grain).GetAwaiter().GetResult())));
        Assert.Equal(FlatErrorKind.IndexNotFound, error.Kind);
        await NothingIsLeftAsync();
        await RestoresAsync();
    }

    [Fact]
    public async Task A_restore_that_its_client_left_is_dropped_when_its_lease_ends()
    {
        var left = await _cluster.Grains.GetGrain<IBackupGrain>(0).BeginRestore(
            Name, new() { Settings = new(2, Metric.Cosine, 2), SequenceHighWater = 1, Lease = TimeSpan.FromMilliseconds(200) }, TimeSpan.FromMinutes(1), Cancel);
        await Waiting.UntilAsync(() => _stores.RecordsOf($"index/{Name}").Names.Count == 0, "that an index that nobody restores any more is dropped");
        await NothingIsLeftAsync(left.Incarnation);
        await RestoresAsync();
    }

    [Fact]
    public async Task A_store_that_fails_at_any_operation_of_the_index_leaves_all_or_nothing()
    {
        int whole = 0;
        int none = 0;
        for (int failing = 0; ; failing++)
        {
            int operation = 0;
            int planned = failing;
            _stores.Watch((owner, _, _) =>
            {
                if (owner is "index/restored" or "catalog/names" && Interlocked.Increment(ref operation) - 1 == planned)
                    throw new IOException("the store is away");
            });
            try
            {
                await RestoreAsync(new MemoryStream(_backup));
            }
            catch (Exception e) when (e is IOException or FlatIndexException)
            {
                // What matters is what is there afterwards.
            }

            bool reached = Volatile.Read(ref operation) > planned;
            _stores.Watch((_, _, _) => { });
            if (await KindOfAsync(() => _cluster.Client.OpenAsync(Name, Cancel)) == "")
            {
                whole++;
                var verified = await _cluster.Client.VerifyAsync(Name, cancellationToken: Cancel);
                Assert.Equal(_digest, verified.Digest);
                await _cluster.Client.DropAsync(Name, Cancel);
            }
            else
            {
                none++;
            }

            await NothingIsLeftAsync();
            if (!reached)
                break;
        }

        Assert.True(none >= 3 && whole >= 1, $"failures that end in nothing and a restore that succeeds expected, found {none} and {whole}");
    }

    [Fact]
    public async Task Rows_that_are_sent_twice_are_restored_once()
    {
        var description = await _cluster.Grains.GetGrain<IBackupGrain>(0).BeginRestore(
            Name, new() { Settings = new(1, Metric.Cosine, 2), SequenceHighWater = 9, Lease = TimeSpan.FromMinutes(1) }, TimeSpan.FromMinutes(1), Cancel);
        var rows = new RestoreRows
        {
            Description = description,
            Rows = new() { Rows = new() { Ids = new RowId[] { 1, 2 }, Vectors = new float[] { 1, 2 } }, Sequences = new ulong[] { 4, 5 } },
            Deadline = TimeSpan.FromMinutes(1),
        };
        var backup = _cluster.Grains.GetGrain<IBackupGrain>(0);
        await backup.RestoreRows(rows, Cancel);
        await backup.RestoreRows(rows, Cancel);
        var digest = new Engine.Encoding.RowSetDigest();
        digest.Add(1, 4, [1], null);
        digest.Add(2, 5, [2], null);
        var end = new RestoreEnd { Incarnation = description.Incarnation, Expected = RowsDigest.Of(digest) };
        await backup.FinishRestore(Name, end, TimeSpan.FromMinutes(1), Cancel);
        await backup.FinishRestore(Name, end, TimeSpan.FromMinutes(1), Cancel);
        Assert.Equal(2, await (await _cluster.Client.OpenAsync(Name, Cancel)).CountAsync(Cancel));
    }

    [Fact]
    public async Task An_index_that_is_not_what_the_backup_says_is_dropped()
    {
        var backup = _cluster.Grains.GetGrain<IBackupGrain>(0);
        var description = await backup.BeginRestore(
            Name, new() { Settings = new(1, Metric.Cosine, 2), SequenceHighWater = 9, Lease = TimeSpan.FromMinutes(1) }, TimeSpan.FromMinutes(1), Cancel);
        var end = new RestoreEnd { Incarnation = description.Incarnation, Expected = new(1, 2, 3) };
        await IndexLifeTests.FailsAsync(FlatErrorKind.CorruptData, () => backup.FinishRestore(Name, end, TimeSpan.FromMinutes(1), Cancel));
        await NothingIsLeftAsync(description.Incarnation);
    }

    private static float[] Vector(int i)
    {
        float[] vector = new float[2_048];
        vector[i] = i;
        return vector;
    }

    private Task<IFlatIndex> RestoreAsync(Stream source, CancellationToken cancellationToken = default) =>
        _cluster.Client.RestoreAsync(source, new() { Name = Name, Shards = 3 }, cancellationToken: cancellationToken);

    private async Task RestoresAsync()
    {
        var index = await RestoreAsync(new MemoryStream(_backup));
        Assert.Equal(1_500, await index.CountAsync(Cancel));
        Assert.Equal(_digest, (await _cluster.Client.VerifyAsync(Name, cancellationToken: Cancel)).Digest);
    }

    /// <summary>Seals stay, one an epoch: without them a suspended writer could commit once more.</summary>
    private async Task NothingIsLeftAsync(string? incarnation = null)
    {
        Assert.Equal("IndexNotFound", await KindOfAsync(() => _cluster.Client.OpenAsync(Name, Cancel)));
        Assert.Equal(["original"], (await _cluster.Client.ListAsync(Cancel)).Select(index => index.Name));
        Assert.Empty(_stores.RecordsOf($"index/{Name}").Names);
        var shards = _stores.Owners($"shard/{Name}/{incarnation}");
        Assert.All(shards, shard => Assert.All(_stores.RecordsOf(shard).Names, record => Assert.Equal(
            Grains.Tests.Log.RecordsOfSeals.SealBytes, _stores.RecordsOf(shard).Read(record)!.Value.Bytes.Length)));
    }

    private static async Task<string> KindOfAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "";
        }
        catch (FlatIndexException e)
        {
            return e.Kind.ToString();
        }
    }

    /// <summary>Does something once, when so much has been read.</summary>
    private sealed class BrokenStream(byte[] bytes, int at, Action then) : MemoryStream(bytes)
    {
        private bool _done;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_done && Position >= at)
            {
                _done = true;
                await Task.Run(then, CancellationToken.None);
                cancellationToken.ThrowIfCancellationRequested();
            }

            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}

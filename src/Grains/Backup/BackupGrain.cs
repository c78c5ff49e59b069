using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Coordinator;
using Orleans.Concurrency;

namespace IqdbFlat.Grains.Backup;

/// <summary>Passes backups, restores and verifications on to index and shards, under a deadline.</summary>
[StatelessWorker, Reentrant]
internal sealed class BackupGrain(IGrainFactory grains, TimeProvider time) : Grain, IBackupGrain
{
    private readonly Retry _retry = new(time);

    public Task<IndexCut> CutIndex(string index, TimeSpan lease, TimeSpan deadline, CancellationToken cancellationToken) =>
        RunAsync(index, deadline, "the cut", cancellation => CutAsync(index, lease, cancellation), cancellationToken);

    public Task<StoredRowBlock> ReadCut(CutRead request, CancellationToken cancellationToken)
    {
        var key = ShardKey.Parse((request ?? throw Missing("a read of a cut")).ShardKey);

        // Not tried again here: rows that are kept no more do not come back.
        return RunAsync(
            key.Home,
            request.Deadline,
            "the read",
            cancellation => ShardFailure.ReadAsync(
                () => grains.GetGrain<IShardGrain>(request.ShardKey).ReadPinned(request.Pin, request.From, cancellation), key.Shard),
            cancellationToken);
    }

    public async Task KeepCut(IndexDescription index, Guid pin, CancellationToken cancellationToken) =>
        await Task.WhenAll(Enumerable.Range(0, (index ?? throw Missing("a cut")).Settings.Shards).Select(shard => ShardFailure.ReadAsync(
            async () =>
            {
                await grains.GetGrain<IShardGrain>(index.ShardKey(shard)).KeepPinned(pin, cancellationToken);
                return true;
            },
            shard)));

    public Task ReleaseCut(IndexDescription index, Guid pin, CancellationToken cancellationToken)
    {
        foreach (int shard in Enumerable.Range(0, (index ?? throw Missing("a release")).Settings.Shards))
            grains.GetGrain<IShardGrain>(index.ShardKey(shard)).UnpinRows(pin, CancellationToken.None).Ignore();
        return Task.CompletedTask;
    }

    public Task<IndexDescription> BeginRestore(string index, RestoreRequest request, TimeSpan deadline, CancellationToken cancellationToken) =>
        RunAsync(index, deadline, "the beginning of the restore", cancellation => IndexOf(index).BeginRestore(request, cancellation), cancellationToken);

    public Task RestoreRows(RestoreRows request, CancellationToken cancellationToken)
    {
        var description = (request ?? throw Missing("rows of a backup")).Description;
        return RunAsync(
            description.Name,
            request.Deadline,
            "the restore of rows",
            async cancellation =>
            {
                await IndexOf(description.Name).KeepRestore(description.Incarnation, cancellation);
                await RestoreFanOut.RunAsync(grains, _retry, request, cancellation);
                return true;
            },
            cancellationToken);
    }

    public Task<IndexDescription> FinishRestore(string index, RestoreEnd end, TimeSpan deadline, CancellationToken cancellationToken) => RunAsync(
        index,
        deadline,
        "the end of the restore",
        cancellation => _retry.ReadAsync(() => IndexOf(index).FinishRestore(end, cancellation), shard: null, cancellation),
        cancellationToken);

    public Task AbandonRestore(string index, string incarnation, CancellationToken cancellationToken) =>
        IndexOf(index).AbandonRestore(incarnation, cancellationToken);

    public Task<IndexDescription> VerifyIndex(string index, TimeSpan deadline, CancellationToken cancellationToken) => RunAsync(
        index,
        deadline,
        "the verification of the index's record",
        cancellation => _retry.ReadAsync(() => IndexOf(index).VerifyIndex(cancellation), shard: null, cancellation),
        cancellationToken);

    public Task<ShardVerification> VerifyShard(IndexDescription index, int shard, TimeSpan deadline, CancellationToken cancellationToken)
    {
        string key = (index ?? throw Missing("a verification")).ShardKey(shard);
        return RunAsync(
            index.Name,
            deadline,
            "the verification",
            cancellation => _retry.ReadAsync(() => grains.GetGrain<IShardGrain>(key).VerifyShard(cancellation), shard, cancellation),
            cancellationToken);
    }

    /// <summary>Every shard is loaded before writes are paused, so that the pause is short.</summary>
    private async Task<IndexCut> CutAsync(string index, TimeSpan lease, CancellationToken cancellation)
    {
        var description = await _retry.ReadAsync(() => IndexOf(index).DescribeIndex(cancellation), shard: null, cancellation);
        var pin = Guid.NewGuid();
        var reports = new IndexReports(grains, _retry);
        try
        {
            return await _retry.RunAsync(
                async () =>
                {
                    // The epoch may have moved; a report of a new one is asked for under it.
                    description = await ShardFailure.ReadAsync(() => IndexOf(index).DescribeIndex(cancellation), shard: null);
                    await reports.RunAsync(description, cancellation);
                    return await ShardFailure.ReadAsync(() => IndexOf(index).CutIndex(pin, lease, cancellation), shard: null);
                },
                cancellation);
        }
        catch
        {
            await ReleaseCut(description, pin, CancellationToken.None);
            throw;
        }
    }

    private async Task<T> RunAsync<T>(
        string? index, TimeSpan length, string what, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        IndexName.Check(index ?? "");
        using var deadline = new RequestDeadline(length, time, cancellationToken);
        try
        {
            return await run(deadline.Token);
        }
        catch (OperationCanceledException e) when (deadline.Token.IsCancellationRequested)
        {
            throw deadline.Stopped(e, what, mayHaveBeenApplied: false);
        }
        catch (FlatIndexException e) when (Retry.IsTransient(e) && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (FlatIndexException e) when (e.Error.Index is null)
        {
            throw new FlatIndexException(e.Error with { Index = index }, e);
        }
    }

    private IIndexGrain IndexOf(string index) => grains.GetGrain<IIndexGrain>(index);

    private static FlatIndexException Missing(string what) => FlatIndexException.InvalidConfig($"{what} says of what, found nothing");
}

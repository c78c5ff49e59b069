using IqdbFlat.Abstractions;
using IqdbFlat.Client.Cluster;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Backup;

/// <summary>Makes a cut and writes its rows out, shard by shard. One page is read ahead while the one before is written.</summary>
internal sealed class BackupRun(ClusterCaller caller, IndexDescription description, IProgress<BackupProgress>? progress, TimeProvider time)
{
    private long _kept;

    public async Task<BackupReport> RunAsync(Stream destination, TimeSpan lease, CancellationToken cancellationToken)
    {
        _kept = time.GetTimestamp();
        var cut = await caller.Ask(
            description.Name,
            caller.Start(IqdbFlatClientOptions.MaxDeadline),
            (grains, cancel) => grains.NextBackup().CutIndex(description.Name, lease, IqdbFlatClientOptions.MaxDeadline, cancel),
            cancellationToken);
        try
        {
            if (cut.Description.Incarnation != description.Incarnation)
                throw FlatIndexException.IndexNotFound(description.Name);
            return await WriteAsync(destination, cut, lease, cancellationToken);
        }
        finally
        {
            await ReleaseAsync(cut);
        }
    }

    private async Task<BackupReport> WriteAsync(Stream destination, IndexCut cut, TimeSpan lease, CancellationToken cancellationToken)
    {
        var writer = new BackupWriter(destination, cut);
        await writer.WriteHeaderAsync(cancellationToken);
        long total = cut.Shards.Sum(shard => shard.Rows);
        foreach (var shard in cut.Shards)
        {
            int from = 0;
            var page = shard.Rows == 0 ? null : ReadAsync(cut, shard.Shard, from, cancellationToken);
            while (page is not null)
            {
                var rows = await page;
                if (rows.Rows.Count == 0)
                    throw FlatIndexException.Unavailable($"shard {shard.Shard} answered a page without rows after {from} of {shard.Rows}");
                from += rows.Rows.Count;
                page = from < shard.Rows ? ReadAsync(cut, shard.Shard, from, cancellationToken) : null;
                try
                {
                    await writer.WriteRowsAsync(shard.Shard, rows, cancellationToken);
                }
                catch
                {
                    await ((Task?)page ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    throw;
                }

                progress?.Report(new(writer.Digest.Rows, total, writer.Bytes));
                await KeepAsync(cut, lease, cancellationToken);
            }
        }

        await writer.WriteEndAsync(cancellationToken);
        var header = new BackupHeader(
            cut.Description.Name,
            cut.Description.Incarnation,
            cut.Description.Settings,
            cut.Description.Created,
            cut.Taken,
            cut.Pause,
            cut.Fenced,
            cut.SequenceHighWater,
            [.. cut.Shards.Select(shard => shard.Rows)],
            [.. cut.Shards.Select(shard => shard.Position)]);
        return BackupFile.Report(header, writer.Digest, writer.Bytes);
    }

    private Task<StoredRowBlock> ReadAsync(IndexCut cut, int shard, int from, CancellationToken cancellationToken)
    {
        var deadline = caller.Start(IqdbFlatClientOptions.MaxDeadline);
        return caller.Ask(
            description.Name,
            deadline,
            (grains, cancel) => grains.NextBackup().ReadCut(
                new() { ShardKey = cut.Description.ShardKey(shard), Pin = cut.Pin, From = from, Deadline = deadline.Remaining }, cancel),
            cancellationToken);
    }

    // The shards whose turn has not come are asked for nothing meanwhile, and would forget.
    private async Task KeepAsync(IndexCut cut, TimeSpan lease, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_kept) < lease / 4)
            return;
        _kept = time.GetTimestamp();
        await Call(caller.Start(IqdbFlatClientOptions.MaxDeadline), (grain, cancel) => grain.KeepCut(cut.Description, cut.Pin, cancel), cancellationToken);
    }

    private Task<bool> Call(CallDeadline deadline, Func<IBackupGrain, CancellationToken, Task> call, CancellationToken cancellationToken) => caller.Ask(
        description.Name,
        deadline,
        async (grains, cancel) =>
        {
            await call(grains.NextBackup(), cancel);
            return true;
        },
        cancellationToken);

    // The lease ends by itself where this does not arrive.
    private async Task ReleaseAsync(IndexCut cut)
    {
        try
        {
            await Call(
                caller.Start(TimeSpan.FromSeconds(5)), (grain, cancel) => grain.ReleaseCut(cut.Description, cut.Pin, cancel), CancellationToken.None);
        }
        catch (FlatIndexException)
        {
            // What failed before, or the backup that is whole, is what the caller must learn.
        }
    }
}

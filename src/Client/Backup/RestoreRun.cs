using IqdbFlat.Abstractions;
using IqdbFlat.Client.Cluster;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Backup;

/// <summary>
/// Reads a backup into a new index. Each block is checked before its rows are sent, and the next is read meanwhile. Nobody sees the index before the end;
/// whatever fails on the way has it dropped, and where this process dies, its lease does.
/// </summary>
internal sealed class RestoreRun(ClusterCaller caller, IProgress<BackupProgress>? progress, RestoreOptions options)
{
    private static readonly TimeSpan Longest = IqdbFlatClientOptions.MaxDeadline;

    public async Task<IndexDescription> RunAsync(Stream source, CancellationToken cancellationToken)
    {
        var reader = new BackupReader(source);
        var header = await reader.ReadHeaderAsync(cancellationToken);
        string name = options.Name ?? header.Name;
        IndexName.Check(name);
        var settings = header.Settings with { Shards = options.Shards ?? header.Settings.Shards };
        settings.Check();
        var request = new RestoreRequest { Settings = settings, SequenceHighWater = header.SequenceHighWater, Lease = options.Lease, Tokens = header.Tokens };
        var index = await caller.Change(
            name, caller.Start(Longest), (grains, cancel) => grains.NextBackup().BeginRestore(name, request, Longest, cancel), cancellationToken);
        try
        {
            await SendAsync(reader, header, index, cancellationToken);
            var end = new RestoreEnd { Incarnation = index.Incarnation, Expected = reader.Digest };
            return await caller.Ask(
                name, caller.Start(Longest), (grains, cancel) => grains.NextBackup().FinishRestore(name, end, Longest, cancel), cancellationToken);
        }
        catch
        {
            await AbandonAsync(index);
            throw;
        }
    }

    private async Task SendAsync(BackupReader reader, BackupHeader header, IndexDescription index, CancellationToken cancellationToken)
    {
        long total = header.RowsOfShards.Sum();
        long sent = 0;
        var rows = await reader.ReadRowsAsync(cancellationToken);
        while (rows is not null)
        {
            var sending = SendAsync(index, rows, cancellationToken);
            sent += rows.Rows.Count;
            try
            {
                rows = await reader.ReadRowsAsync(cancellationToken);
            }
            catch
            {
                await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            await sending;
            progress?.Report(new(sent, total, reader.Bytes));
        }
    }

    // Rows that are sent again change nothing, so a message that was lost is sent again.
    private Task<bool> SendAsync(IndexDescription index, StoredRowBlock rows, CancellationToken cancellationToken)
    {
        var deadline = caller.Start(Longest);
        return caller.Ask(
            index.Name,
            deadline,
            async (grains, cancel) =>
            {
                await grains.NextBackup().RestoreRows(new() { Description = index, Rows = rows, Deadline = deadline.Remaining }, cancel);
                return true;
            },
            cancellationToken);
    }

    // Where this does not arrive, the index is dropped when its lease ends.
    private async Task AbandonAsync(IndexDescription index)
    {
        try
        {
            await caller.Ask(
                index.Name,
                caller.Start(TimeSpan.FromSeconds(30)),
                async (grains, cancel) =>
                {
                    await grains.NextBackup().AbandonRestore(index.Name, index.Incarnation, cancel);
                    return true;
                },
                CancellationToken.None);
        }
        catch (FlatIndexException)
        {
            // The failure that led here is what the caller must learn.
        }
    }
}

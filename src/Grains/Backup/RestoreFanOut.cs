using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Coordinator;

namespace IqdbFlat.Grains.Backup;

/// <summary>
/// Sends rows of a backup to the shards that hold them now, with the sequences that they had. They are upserts, so that rows which are sent again,
/// because nobody knows whether they arrived, change nothing.
/// </summary>
internal static class RestoreFanOut
{
    public static async Task RunAsync(IGrainFactory grains, Retry retry, RestoreRows request, CancellationToken cancellation)
    {
        var (index, rows) = (request.Description, request.Rows);
        var write = new WriteRequest { Index = index.Name, Mode = WriteMode.Upsert, Rows = rows.Rows, Deadline = request.Deadline };
        var batch = WriteBatch.Check(write, index.Settings);
        if (batch.Error is { } refused)
            throw new FlatIndexException(refused);
        if (rows.Sequences.Count != rows.Rows.Count)
            throw FlatIndexException.InvalidConfig($"every row of a backup has a sequence: expected {rows.Rows.Count}, found {rows.Sequences.Count}");
        await Task.WhenAll(batch.ByShard(index.Slots, batch.Prefix).Select(part => WriteAsync(part.Key, part.Value)));

        Task<ShardWriteReply> WriteAsync(int shard, List<int> places)
        {
            var part = new ShardWrite
            {
                IndexEpoch = index.Epoch,
                Mode = WriteMode.Upsert,
                Rows = batch.Take(places),
                Sequences = places.Select(place => rows.Sequences[place]).ToArray(),
                StopAtFirst = false,
            };
            var grain = grains.GetGrain<IShardGrain>(index.ShardKey(shard));
            return retry.ReadAsync(() => grain.WriteRows(part, cancellation), shard, cancellation);
        }
    }
}

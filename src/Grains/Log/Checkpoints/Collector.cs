using System.Collections.Immutable;
using IqdbFlat.Grains.Log.Records;
using Microsoft.Extensions.Logging;

namespace IqdbFlat.Grains.Log.Checkpoints;

/// <summary>
/// Deletes what a checkpoint names as left: log records that are folded in and segments that it no longer names. It runs after that
/// checkpoint is written, so that any older one, on its way to be written, must fail. Seals are never deleted.
/// </summary>
internal sealed partial class Collector(LogStore store, ILogger logger)
{
    /// <summary>Deletes; answers whether everything is gone. What the store does not delete now, the next checkpoint names again.</summary>
    public async Task<bool> CollectAsync(
        ImmutableArray<LogRange> logs,
        ImmutableArray<SegmentName> segments,
        IReadOnlyDictionary<LogPosition, string> logETags,
        IReadOnlyDictionary<SegmentName, string> segmentETags,
        CancellationToken cancellation)
    {
        bool complete = true;
        foreach (var name in segments)
        {
            cancellation.ThrowIfCancellationRequested();
            string? etag = segmentETags.GetValueOrDefault(name);
            complete &= await TryAsync(RecordNames.Segment(name), record => store.Records.DeleteAsync(record, etag));
        }

        foreach (var range in logs)
        {
            for (var at = new LogPosition(range.Epoch, range.From); at.Position < range.To; at = at.Next)
            {
                cancellation.ThrowIfCancellationRequested();
                var place = at;
                string? etag = logETags.GetValueOrDefault(at);
                complete &= await TryAsync(RecordNames.Log(at), record => DeleteLogAsync(place, record, etag));
            }
        }

        return complete;
    }

    /// <summary>Deletes one log record, if it is still that version.</summary>
    public Task DeleteLogAsync(LogPosition at, string etag) => TryAsync(RecordNames.Log(at), name => store.Records.DeleteAsync(name, etag));

    /// <summary>Deletes the checkpoint of a shard that is erased, if it is still that version. Answers whether it is known to be gone.</summary>
    public async Task<bool> DeleteCheckpointAsync(string etag)
    {
        bool deleted = false;
        bool answered = await TryAsync(
            RecordNames.Checkpoint, async name => deleted = await store.Records.DeleteAsync(name, etag));
        return answered && deleted;
    }

    // Deleted by the ETag of the record that was folded: a seal that landed in its place since has another.
    private async Task DeleteLogAsync(LogPosition at, string name, string? etag)
    {
        if (etag is null)
        {
            if (await store.Records.ReadAsync(name) is not { } record || IsSeal(at, record.Bytes))
                return;
            etag = record.ETag;
        }

        await store.Records.DeleteAsync(name, etag);
    }

    private static bool IsSeal(LogPosition at, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return LogRecord.Decode(at, bytes).Kind == LogRecordKind.Seal;
        }
        catch (FlatIndexException)
        {
            // Damaged. The seal that ended an epoch is outside of every range, but where a shard is erased whose log had a gap: so nothing is lost with it.
            return false;
        }
    }

    private async Task<bool> TryAsync(string name, Func<string, Task> delete)
    {
        try
        {
            await delete(name);
            return true;
        }
        catch (Exception failure)
        {
            LogLeft(logger, name, failure);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Record {Record} is superfluous but could not be deleted; it is left for the next checkpoint.")]
    private static partial void LogLeft(ILogger logger, string record, Exception failure);
}

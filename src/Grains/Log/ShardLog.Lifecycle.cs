using System.Collections.Immutable;
using IqdbFlat.Grains.Log.Checkpoints;
using IqdbFlat.Grains.Log.Protocol;
using IqdbFlat.Grains.Log.Records;
using IqdbFlat.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IqdbFlat.Grains.Log;

public sealed partial class ShardLog
{
    /// <summary>
    /// Makes a shard: writes its first checkpoint. Again with the same settings it does nothing. A shard is made in no other way:
    /// opening one that is not there is IndexNotFound, so that a dropped index cannot come back by a late call.
    /// </summary>
    /// <param name="store">The shard's records.</param>
    /// <param name="settings">What the shard is.</param>
    /// <param name="options">Sizes and pauses.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="logger">Told of operations of unknown outcome.</param>
    /// <param name="attachment">Bytes of the shard's own that its first checkpoint has.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="FlatIndexException">InvalidConfig when the shard is there with other settings.</exception>
    public static async Task CreateAsync(
        IRecordStore store,
        ShardSettings settings,
        ShardLogOptions? options = null,
        TimeProvider? time = null,
        ILogger? logger = null,
        ReadOnlyMemory<byte> attachment = default,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var records = Over(store, options, time, logger);
        var bytes = CheckpointForm.Encode(Checkpoint.First(settings) with { Attachment = attachment });
        for (int unknown = 0; ; unknown++)
        {
            if (await records.TryPutAsync(RecordNames.Checkpoint, bytes) is not null)
                return;
            if (await records.ReadAsync(RecordNames.Checkpoint, cancellation) is { } found)
            {
                var there = CheckpointForm.Decode(found.Bytes).Settings;
                if (there != settings)
                    throw FlatIndexException.InvalidConfig($"the shard is there already with other settings: expected {settings}, found {there}");
                return;
            }

            await records.PauseAsync(unknown, cancellation);
        }
    }

    /// <summary>
    /// Takes a shard over and hands its rows to the target. From then on the activation that had it can never commit again. It reads and
    /// decodes for as long as the shard is large: a grain runs it in a task of its own, off its scheduler.
    /// </summary>
    /// <param name="store">The shard's records.</param>
    /// <param name="writer">A new identity for each call.</param>
    /// <param name="target">Receives the rows.</param>
    /// <param name="options">Sizes and pauses.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="logger">Told of operations of unknown outcome.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="FlatIndexException">IndexNotFound when there is no such shard; CorruptData; Unavailable when superseded meanwhile.</exception>
    public static async Task<ShardLog> OpenAsync(
        IRecordStore store,
        Guid writer,
        IShardRecovery target,
        ShardLogOptions? options = null,
        TimeProvider? time = null,
        IProgress<RecoveryProgress>? progress = null,
        ILogger? logger = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        var records = Over(store, options, time, logger);
        var recovered = await new Recovery(records, target, progress, cancellation).RunAsync(writer);
        return new ShardLog(records, logger ?? NullLogger.Instance, recovered);
    }

    /// <summary>
    /// Deletes a dropped shard's records, damaged ones too; the checkpoint last, so that it can be called again after a crash. Nothing may ever be made again
    /// under the same owner key. The seals stay, a small record an epoch: without them a suspended writer could commit once more.
    /// </summary>
    public static async Task EraseAsync(
        IRecordStore store,
        Guid writer,
        ShardLogOptions? options = null,
        TimeProvider? time = null,
        ILogger? logger = null,
        CancellationToken cancellation = default)
    {
        var records = Over(store, options, time, logger);
        var collector = new Collector(records, logger ?? NullLogger.Instance);
        for (int round = 0; ; round++)
        {
            var won = await records.DriveAsync(new TakeOver(writer, IsForErasure: true), cancellation);
            if (won.State == TakeOverState.Missing)
                return;

            // First a checkpoint of nothing, which names all there is as superfluous: then a crash leaves a shard that can be erased again.
            var owner = Ownership.Of(won);
            var stored = owner.Checkpoint.Segments.Select(segment => segment.Name).ToLookup(name => name.IsLog);

            // Should a late request open that shard meanwhile, it must not pass for an empty one: no epoch of an index is as high.
            var nothing = owner.Checkpoint with
            {
                IndexEpoch = ulong.MaxValue,
                Segments = [],
                LeftSegments = [.. owner.Checkpoint.LeftSegments, .. stored[false], .. Announced(won)],
            };
            var leftLogs = owner.Checkpoint.LeftLogs.AddRange(stored[true].Select(name => LogRange.Of(name.ToPlace())));
            var swap = await records.DriveAsync(owner.Fold(nothing, owner, leftLogs), cancellation);
            if (swap.State == SwapState.Won)
            {
                // Of the records that the takeover has read the ETags are known: they need not be read again to be deleted.
                var etags = won.Tail.ToDictionary(entry => entry.At, entry => entry.ETag);
                bool gone = await collector.CollectAsync(swap.Next.LeftLogs, swap.Next.LeftSegments, etags, ImmutableDictionary<SegmentName, string>.Empty, cancellation);
                if (gone && await collector.DeleteCheckpointAsync(swap.ETag!))
                    return;
            }

            await records.PauseAsync(round, cancellation);
        }
    }

    private static IEnumerable<SegmentName> Announced(TakeOver won)
    {
        foreach (var (at, record, _) in won.Tail)
        {
            for (uint i = 0; i < record.Announced.Count; i++)
                yield return new SegmentName(at.Epoch, record.Announced.First + i);
        }
    }

    private static LogStore Over(IRecordStore store, ShardLogOptions? options, TimeProvider? time, ILogger? logger)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new LogStore(store, options ?? new ShardLogOptions(), time ?? TimeProvider.System, logger ?? NullLogger.Instance);
    }
}

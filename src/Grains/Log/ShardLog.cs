using IqdbFlat.Grains.Log.Checkpoints;
using IqdbFlat.Grains.Log.Protocol;
using IqdbFlat.Grains.Log.Records;
using IqdbFlat.Grains.Storage;
using Microsoft.Extensions.Logging;

namespace IqdbFlat.Grains.Log;

/// <summary>
/// The history of one shard in a store: batches are committed as numbered records under epochs, each written only if absent,
/// so that of two activations of one shard at most one can ever commit again. Checkpoints and segments only shorten recovery.
/// </summary>
/// <remarks>
/// Commits and a checkpoint may run side by side; checkpoints come one at a time. Of commits a few may be on their way to the store at once: each is acknowledged
/// when all before it are.
/// </remarks>
public sealed partial class ShardLog
{
    private readonly LogStore _store;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();

    private Ownership _owner;
    private LogTail _tail;
    private HighWater _highWater;
    private LogPosition _batchEnd;
    private FlatIndexException? _closed;

    private ShardLog(LogStore store, ILogger logger, Recovery.Result recovered)
    {
        _store = store;
        _logger = logger;
        _owner = recovered.Owner;
        _tail = recovered.Tail;
        _highWater = recovered.HighWater;
        _batchEnd = _owner.End;
        Keep(recovered.Segments);
        _leftLogs = _owner.Checkpoint.LeftLogs;
        _leftSegments = _owner.Checkpoint.LeftSegments.AddRange(recovered.Orphans);
    }

    /// <summary>What the shard is.</summary>
    public ShardSettings Settings => _owner.Checkpoint.Settings;

    /// <summary>The checkpoint as this activation wrote it last.</summary>
    internal Checkpoint Checkpoint => OwnerNow.Checkpoint;

    /// <summary>The place behind the last record that is committed. Who was told of a record at or after it knows of a newer activation.</summary>
    public LogPosition End => OwnerNow.End;

    /// <summary>Whether this activation has been superseded, or its log has failed. It never commits again.</summary>
    public bool IsFenced => Volatile.Read(ref _closed) is not null;

    /// <summary>The highest number in any operation so far.</summary>
    public ulong SequenceHighWater => HighWaterNow.Sequence;

    /// <summary>The highest index epoch recorded so far.</summary>
    public ulong IndexEpoch => HighWaterNow.IndexEpoch;

    /// <summary>Bytes of records in the store that count: segments and the log's tail.</summary>
    public long StoredBytes
    {
        get
        {
            lock (_gate)
                return _tail.Bytes + _segmentBytes;
        }
    }

    /// <summary>Whether enough log has gathered for a checkpoint to pay.</summary>
    public bool IsCheckpointDue
    {
        get
        {
            lock (_gate)
                return CheckpointPolicy.IsDue(_store.Options, _tail.Bytes, _tail.Records, _owner.Checkpoint.Chain.Length);
        }
    }

    private Ownership OwnerNow
    {
        get
        {
            lock (_gate)
                return _owner;
        }
    }

    private HighWater HighWaterNow
    {
        get
        {
            lock (_gate)
                return _highWater;
        }
    }

    /// <summary>
    /// Bytes of the log record that a batch makes, to cut batches by; at most <see cref="IRecordStore.MaxRecordBytes"/> are committed. A record that goes to the store alone has one byte less.
    /// </summary>
    public static long RecordBytes(ShardBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return LogRecord.SizeOf(batch);
    }

    /// <summary>
    /// Looks into the store whether another activation has taken over: one read as a rule. When it answers false, everything that
    /// anyone was told is committed before the call was committed by this activation.
    /// </summary>
    public async Task<bool> IsBehindAsync(CancellationToken cancellation = default)
    {
        // The seal of a takeover from before the call lies in the first empty place, and so no further than what has begun by now.
        var begun = OwnerNow;
        var at = begun.End;
        for (int unknown = 0; !IsFenced;)
        {
            if (at > begun.Next)
                return false;
            cancellation.ThrowIfCancellationRequested();
            var owner = OwnerNow;
            switch (await _store.PerformAsync(new StoreCommand.ReadLog(at)))
            {
                case StoreAnswer.Absent when at >= owner.Next:
                    return false;

                // A record of one's own was put there. It has not come yet, or was folded and deleted since, by oneself or by another activation: then the seal is behind it, for good.
                case StoreAnswer.Absent:

                // One's own record, of a commit that is under way: what matters is behind it.
                case StoreAnswer.FoundLog found when found.Record.Writer == owner.Checkpoint.Writer && found.Record.Kind != LogRecordKind.Seal:
                    at = at.Next > owner.End ? at.Next : owner.End;
                    break;
                case StoreAnswer.FoundLog:
                    Close(Superseded());
                    break;
                case StoreAnswer.Damaged damaged:
                    throw FlatIndexException.CorruptData(RecordNames.Log(at), damaged.Reason);
                default:
                    await _store.PauseAsync(unknown++, cancellation);
                    break;
            }
        }

        return true;
    }

    private static FlatIndexException Superseded() =>
        FlatIndexException.Unavailable("another activation has taken the shard over");

    private void ThrowIfClosed()
    {
        if (Volatile.Read(ref _closed) is { } closed)
            throw new FlatIndexException(closed.Error, closed);
    }

    private FlatIndexException Close(FlatIndexException reason)
    {
        if (Interlocked.CompareExchange(ref _closed, reason, null) is null)
            LogClosed(_logger, Settings.Incarnation, Settings.Shard, _owner.End, reason.Message);
        return reason;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log of shard {Incarnation}/{Shard} takes no more commits from {End} on: {Reason}")]
    private static partial void LogClosed(ILogger logger, string incarnation, int shard, LogPosition end, string reason);
}

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
/// <remarks>Commits and a checkpoint may run side by side; commits come one at a time, and so do checkpoints.</remarks>
public sealed partial class ShardLog
{
    private readonly LogStore _store;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();

    // Batches and announcements share the log: one record is outstanding at a time.
    private readonly Lane _lane = new();
    private Ownership _owner;
    private LogTail _tail;
    private HighWater _highWater;
    private LogPosition _batchEnd;
    private FlatIndexException? _closed;
    private bool _committing;

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
    internal Checkpoint Checkpoint
    {
        get
        {
            lock (_gate)
                return _owner.Checkpoint;
        }
    }

    /// <summary>The place of the next record. Who was told of a record at or after it knows of a newer activation.</summary>
    public LogPosition End
    {
        get
        {
            lock (_gate)
                return _owner.End;
        }
    }

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

    private HighWater HighWaterNow
    {
        get
        {
            lock (_gate)
                return _highWater;
        }
    }

    /// <summary>Bytes of the log record that a batch makes, to cut batches by; at most <see cref="IRecordStore.MaxRecordBytes"/> are committed.</summary>
    public static long RecordBytes(ShardBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return LogRecord.SizeOf(batch);
    }

    /// <summary>
    /// Commits a batch; when it returns, the batch is durable. One at a time: a second call before the first has ended is an
    /// <see cref="InvalidOperationException"/>. While the outcome is unknown it goes on trying; a cancellation then closes the log
    /// (see <see cref="IsFenced"/>), because nothing later may be committed before that outcome is known.
    /// </summary>
    /// <exception cref="FlatIndexException">
    /// Unavailable when fenced, for good; ResourceLimitExceeded when the record would be too large, and nothing is written; Timeout when
    /// cancelled while the outcome was unknown.
    /// </exception>
    public async Task<LogPosition> CommitAsync(ShardBatch batch, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        long size = LogRecord.SizeOf(batch);
        if (size > IRecordStore.MaxRecordBytes)
            throw FlatIndexException.ResourceLimitExceeded("bytes of one batch in a shard", IRecordStore.MaxRecordBytes, size);
        lock (_gate)
        {
            if (_committing)
                throw new InvalidOperationException("A commit is under way; the caller commits one batch at a time.");
            _committing = true;
        }

        try
        {
            return await AppendAsync(owner => owner.Append(batch), batch, cancellation);
        }
        finally
        {
            lock (_gate)
                _committing = false;
        }
    }

    /// <summary>
    /// Looks into the store whether another activation has taken over: one read as a rule. When it answers false, everything that
    /// anyone was told is committed before the call was committed by this activation.
    /// </summary>
    public async Task<bool> IsBehindAsync(CancellationToken cancellation = default)
    {
        var at = End;
        for (int unknown = 0; !IsFenced;)
        {
            cancellation.ThrowIfCancellationRequested();
            switch (await _store.PerformAsync(new StoreCommand.ReadLog(at)))
            {
                // Absent too when the place was committed and trimmed meanwhile: then the new end decides.
                case StoreAnswer.Absent when End <= at:
                    return false;
                case StoreAnswer.Absent:
                    at = End;
                    break;

                // One's own record, of a commit that is under way: what matters is behind it.
                case StoreAnswer.FoundLog found when found.Record.Writer == _owner.Checkpoint.Writer && found.Record.Kind != LogRecordKind.Seal:
                    at = at.Next;
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

    private async Task<LogPosition> AppendAsync(Func<Ownership, Append> begin, ShardBatch? batch, CancellationToken cancellation)
    {
        var turn = await _lane.EnterAsync(cancellation);
        try
        {
            ThrowIfClosed();
            cancellation.ThrowIfCancellationRequested();
            var append = await DriveOrCloseAsync(begin(_owner), cancellation);
            if (append.State == AppendState.Fenced)
                throw Close(Superseded());
            lock (_gate)
            {
                _owner = _owner.After(append);
                _tail.Add(append.At, append.Record, batch, append.ETag!);
                if (batch is not null)
                    (_highWater, _batchEnd) = (_highWater.After(batch), append.At.Next);
            }

            return append.At;
        }
        finally
        {
            turn.SetResult();
        }
    }

    // Whatever interrupts an operation that may have happened, or may yet, ends this log: nobody may build on it.
    private async Task<T> DriveOrCloseAsync<T>(T step, CancellationToken cancellation)
        where T : IProtocolStep<T>
    {
        try
        {
            return await _store.DriveAsync(step, cancellation);
        }
        catch (OperationCanceledException)
        {
            Close(FlatIndexException.Unavailable("the shard's log was closed while the outcome of a write was unknown"));
            throw FlatIndexException.Timeout("cancelled while the store did not tell the outcome of a write", mayHaveBeenApplied: true);
        }
        catch (Exception failure)
        {
            Close(failure as FlatIndexException ?? FlatIndexException.Unavailable("the shard's log has failed"));
            throw;
        }
    }

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

using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Grains.Log;

/// <summary>
/// The history of one shard in a store: batches are committed as numbered records under epochs, each written only if absent,
/// so that of two activations of one shard at most one can ever commit again.
/// </summary>
public sealed class ShardLog
{
    private ShardLog(ShardSettings settings) => Settings = settings;

    /// <summary>What the shard is.</summary>
    public ShardSettings Settings { get; }

    /// <summary>The place of the next record. A caller who was told of a record at or after it knows a newer activation.</summary>
    public LogPosition End { get; }

    /// <summary>Whether this activation has been superseded, or its log has failed. It never commits again.</summary>
    public bool IsFenced { get; }

    /// <summary>The highest number in any operation so far.</summary>
    public ulong SequenceHighWater { get; }

    /// <summary>The highest index epoch recorded so far.</summary>
    public ulong IndexEpoch { get; }

    /// <summary>Bytes of live records in the store: segments and the log's tail.</summary>
    public long StoredBytes { get; }

    /// <summary>Whether enough log has gathered for a checkpoint to pay.</summary>
    public bool IsCheckpointDue { get; }

    /// <summary>Makes a shard: writes its first checkpoint. Again with the same settings it does nothing.</summary>
    public static Task CreateAsync(
        IRecordStore store, ShardSettings settings, ShardLogOptions? options = null, TimeProvider? time = null, CancellationToken cancellation = default) =>
        throw new InvalidOperationException("not yet");

    /// <summary>Takes a shard over and hands its rows to the target.</summary>
    /// <exception cref="FlatIndexException">IndexNotFound when there is no such shard; CorruptData; Unavailable when superseded meanwhile.</exception>
    public static Task<ShardLog> OpenAsync(
        IRecordStore store,
        Guid writer,
        IShardRecovery target,
        ShardLogOptions? options = null,
        TimeProvider? time = null,
        IProgress<RecoveryProgress>? progress = null,
        CancellationToken cancellation = default) => throw new InvalidOperationException("not yet");

    /// <summary>Deletes a dropped shard's records. Nothing may ever be made again under the same owner key.</summary>
    public static Task EraseAsync(
        IRecordStore store, Guid writer, ShardLogOptions? options = null, TimeProvider? time = null, CancellationToken cancellation = default) =>
        throw new InvalidOperationException("not yet");

    /// <summary>
    /// Commits a batch; when it returns, the batch is durable. One at a time: a second call before the first has ended is an
    /// InvalidOperationException. A cancellation while the outcome is unknown closes the log (see <see cref="IsFenced"/>).
    /// </summary>
    /// <exception cref="FlatIndexException">Unavailable when fenced, for good; ResourceLimitExceeded when the batch's record is too large (nothing is written).</exception>
    public Task<LogPosition> CommitAsync(ShardBatch batch, CancellationToken cancellation = default) =>
        throw new InvalidOperationException($"not yet for {Settings}");

    /// <summary>
    /// Folds the log into segments. Call it when every committed batch is in the snapshot and no commit is under way; from
    /// the first await on, commits may go on beside it. The attachment comes back at recovery.
    /// </summary>
    public Task CheckpointAsync(ILiveRows rows, ReadOnlyMemory<byte> attachment = default, CancellationToken cancellation = default) =>
        throw new InvalidOperationException($"not yet for {Settings}");

    /// <summary>Looks into the store whether another activation has taken over. One read.</summary>
    public Task<bool> IsBehindAsync(CancellationToken cancellation = default) =>
        throw new InvalidOperationException($"not yet for {Settings}");

    /// <summary>Bytes of the log record that a batch makes, to cut batches by.</summary>
    public static long RecordBytes(ShardBatch batch) => throw new InvalidOperationException("not yet");
}

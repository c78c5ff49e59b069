using IqdbFlat.Grains.Log.Checkpoints;
using IqdbFlat.Grains.Log.Protocol;
using IqdbFlat.Grains.Log.Records;
using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Grains.Log;

public sealed partial class ShardLog
{
    /// <summary>Records that may be on their way to the store at once; further commits wait.</summary>
    internal const int MostOutstanding = Ownership.MostOutstanding;

    /// <summary>Bytes of a record from which on it is sent while others are on their way; the log itself takes any.</summary>
    internal int LargeRecordBytes => _store.Options.LargeRecordBytes;

    // Batches and announcements share the log. They begin one after the other, in the order in which they came.
    private readonly Lane _beginning = new();

    // Of the records that began last, the oldest first: null when it and all before it are committed, or what those behind it fail with. Only whose turn it is to begin touches them.
    private readonly Queue<Task<FlatIndexException?>> _outcomes = new([Task.FromResult<FlatIndexException?>(null)]);

    /// <summary>
    /// Commits a batch; when it returns, the batch is durable, and so are all that began before it: commits begin in the order of their calls, and may be called before those ahead have returned.
    /// While the outcome is unknown it goes on trying; a cancellation then closes the log (see <see cref="IsFenced"/>), because nothing later may be
    /// committed before that outcome is known.
    /// </summary>
    /// <exception cref="FlatIndexException">
    /// Unavailable when fenced, for good; ResourceLimitExceeded when the record would be too large, and nothing is written; Timeout when it, or a commit
    /// before it, was cancelled while the outcome was unknown.
    /// </exception>
    public async Task<LogPosition> CommitAsync(ShardBatch batch, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        long size = LogRecord.SizeOf(batch);
        if (size > IRecordStore.MaxRecordBytes)
            throw FlatIndexException.ResourceLimitExceeded("bytes of one batch in a shard", IRecordStore.MaxRecordBytes, size);
        return await AppendAsync(owner => owner.Append(batch), batch, cancellation);
    }

    private async Task<LogPosition> AppendAsync(Func<Ownership, Append> begin, ShardBatch? batch, CancellationToken cancellation)
    {
        var (append, before, outcome) = await BeginAsync(begin, cancellation);

        // What those behind are told if this does not come to its end: it may be in the history, and then they may.
        FlatIndexException? failure = Unknown("the log failed while the store did not tell the outcome of a write before this one");
        try
        {
            append = await OrCloseAsync(() => _store.DriveAsync(append, cancellation));
            if (append.State == AppendState.Fenced)
                throw Close(failure = Superseded());

            // Of an announcement nobody waits to be told: a checkpoint that is given up meanwhile need not close the log.
            if (await OrCloseAsync(() => before.WaitAsync(batch is null ? CancellationToken.None : cancellation)) is { } lost)
            {
                // Beyond the seal, and who sealed may have looked there before it came.
                failure = lost;
                if (lost.Kind == FlatErrorKind.Unavailable)
                    await new Collector(_store, _logger).DeleteLogAsync(append.At, append.ETag!);
                throw new FlatIndexException(lost.Error, lost);
            }

            lock (_gate)
            {
                _owner = _owner.After(append);
                _tail.Add(append.At, append.Record, batch, append.ETag!);
                if (batch is not null)
                    (_highWater, _batchEnd) = (_highWater.After(batch), append.At.Next);
            }

            failure = null;
            return append.At;
        }
        finally
        {
            if (failure is not null)
                Close(FlatIndexException.Unavailable("the shard's log has failed"));
            outcome.SetResult(failure);
        }
    }

    // Encoded here, outside of the gate: it takes as long as the batch is large.
    private async Task<(Append Append, Task<FlatIndexException?> Before, TaskCompletionSource<FlatIndexException?> Outcome)> BeginAsync(
        Func<Ownership, Append> begin, CancellationToken cancellation)
    {
        var turn = await _beginning.EnterAsync(cancellation);
        try
        {
            if (_outcomes.Count == MostOutstanding)
                await _outcomes.Peek().WaitAsync(cancellation);
            ThrowIfClosed();
            cancellation.ThrowIfCancellationRequested();
            var append = begin(OwnerNow);
            lock (_gate)
                _owner = _owner.Begun(append);
            var outcome = new TaskCompletionSource<FlatIndexException?>(TaskCreationOptions.RunContinuationsAsynchronously);
            var before = _outcomes.Last();
            if (_outcomes.Count == MostOutstanding)
                _ = _outcomes.Dequeue();
            _outcomes.Enqueue(outcome.Task);
            return (append, before, outcome);
        }
        finally
        {
            turn.SetResult();
        }
    }

    // Whatever interrupts an operation that may have happened, or may yet, ends this log: nobody may build on it.
    private async Task<T> OrCloseAsync<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (OperationCanceledException)
        {
            Close(FlatIndexException.Unavailable("the shard's log was closed while the outcome of a write was unknown"));
            throw Unknown("cancelled while the store did not tell the outcome of a write");
        }
        catch (Exception failure)
        {
            Close(failure as FlatIndexException ?? FlatIndexException.Unavailable("the shard's log has failed"));
            throw;
        }
    }

    private static FlatIndexException Unknown(string what) => FlatIndexException.Timeout(what, mayHaveBeenApplied: true);
}

using IqdbFlat.Grains.Log.Protocol;
using IqdbFlat.Grains.Log.Records;
using IqdbFlat.Grains.Storage;
using Microsoft.Extensions.Logging;

namespace IqdbFlat.Grains.Log;

/// <summary>Performs what the protocol asks of the store, and pauses where an outcome is unknown.</summary>
internal sealed partial class LogStore(IRecordStore store, ShardLogOptions options, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<LogPosition, Task<StoreAnswer>> _ahead = [];
    private long _bytesRead;

    public IRecordStore Records => store;

    public ShardLogOptions Options => options;

    /// <summary>Bytes read so far.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>Drives a step of the protocol to its end. Cancelled only between operations.</summary>
    public async Task<T> DriveAsync<T>(T step, CancellationToken cancellation)
        where T : IProtocolStep<T>
    {
        int unknown = 0;
        while (!step.IsDone)
        {
            cancellation.ThrowIfCancellationRequested();
            var answer = await PerformAsync(step.Command);
            if (answer is StoreAnswer.Unknown)
                await PauseAsync(unknown++, cancellation);
            step = step.On(answer);
        }

        return step;
    }

    /// <summary>Performs one operation. Exceptions of the store become <see cref="StoreAnswer.Unknown"/>.</summary>
    public Task<StoreAnswer> PerformAsync(StoreCommand command) => command switch
    {
        StoreCommand.ReadCheckpoint => ReadCheckpointAsync(),
        StoreCommand.ReadLog read => ReadLogAsync(read.At),
        StoreCommand.PutLog put => WriteAsync(RecordNames.Log(put.At), store.PutIfAbsentAsync, put.Record.Bytes),
        StoreCommand.ReplaceCheckpoint replace => WriteAsync(
            RecordNames.Checkpoint, (name, bytes) => store.ReplaceAsync(name, bytes, replace.ETag), CheckpointForm.Encode(replace.Next)),
        _ => throw new InvalidOperationException($"Unknown command {command}."),
    };

    /// <summary>Reads a record, again and again until the store answers.</summary>
    public async Task<StoredRecord?> ReadAsync(string name, CancellationToken cancellation)
    {
        for (int unknown = 0; ; unknown++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var record = await InTime(store.ReadAsync(name));
                Interlocked.Add(ref _bytesRead, record?.Bytes.Length ?? 0);
                return record;
            }
            catch (Exception failure)
            {
                LogUnknown(logger, "read", name, failure);
            }

            await PauseAsync(unknown, cancellation);
        }
    }

    /// <summary>Tries once to put a record; null when one is there already or the outcome is unknown.</summary>
    public async Task<string?> TryPutAsync(string name, ReadOnlyMemory<byte> bytes) =>
        await WriteAsync(name, store.PutIfAbsentAsync, bytes) is StoreAnswer.Written written ? written.ETag : null;

    /// <summary>Reads these log records ahead of being asked for them.</summary>
    public void ReadAhead(LogPosition from, int count)
    {
        for (int i = 0; i < count; i++, from = from.Next)
        {
            if (!_ahead.ContainsKey(from))
                _ahead.Add(from, FetchLogAsync(from));
        }
    }

    /// <summary>Forgets what was read ahead and not asked for.</summary>
    public void ForgetAhead() => _ahead.Clear();

    /// <summary>A pause before an operation of unknown outcome is looked at again: doubling, up to the longest.</summary>
    public Task PauseAsync(int unknown, CancellationToken cancellation)
    {
        double factor = Math.Pow(2, Math.Min(unknown, 16));
        var pause = TimeSpan.FromTicks(Math.Min((long)(options.FirstPause.Ticks * factor), options.LongestPause.Ticks));
        return Task.Delay(pause, time, cancellation);
    }

    // An operation that does not end is one of unknown outcome, like any that fails.
    private Task<T> InTime<T>(Task<T> operation) => operation.WaitAsync(options.OperationTimeout, time);

    private Task<StoreAnswer> ReadLogAsync(LogPosition at) => _ahead.Remove(at, out var fetched) ? fetched : FetchLogAsync(at);

    private async Task<StoreAnswer> FetchLogAsync(LogPosition at)
    {
        string name = RecordNames.Log(at);
        StoredRecord? found;
        try
        {
            found = await InTime(store.ReadAsync(name));
        }
        catch (Exception failure)
        {
            LogUnknown(logger, "read", name, failure);
            return new StoreAnswer.Unknown();
        }

        if (found is not { } record)
            return new StoreAnswer.Absent();
        Interlocked.Add(ref _bytesRead, record.Bytes.Length);
        try
        {
            return new StoreAnswer.FoundLog(LogRecord.Decode(at, record.Bytes), record.ETag);
        }
        catch (FlatIndexException damaged)
        {
            return new StoreAnswer.Damaged(damaged.Error.Reason ?? damaged.Message);
        }
    }

    private async Task<StoreAnswer> ReadCheckpointAsync()
    {
        // What was read ahead belongs to the checkpoint before: under a newer one it could say absent of what has been written since.
        _ahead.Clear();
        StoredRecord? found;
        try
        {
            found = await InTime(store.ReadAsync(RecordNames.Checkpoint));
        }
        catch (Exception failure)
        {
            LogUnknown(logger, "read", RecordNames.Checkpoint, failure);
            return new StoreAnswer.Unknown();
        }

        return found is { } record
            ? new StoreAnswer.FoundCheckpoint(CheckpointForm.Decode(record.Bytes), record.ETag)
            : new StoreAnswer.Absent();
    }

    private async Task<StoreAnswer> WriteAsync(
        string name, Func<string, ReadOnlyMemory<byte>, Task<string?>> write, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return await InTime(write(name, bytes)) is { } etag ? new StoreAnswer.Written(etag) : new StoreAnswer.Conflict();
        }
        catch (Exception failure)
        {
            LogUnknown(logger, "write", name, failure);
            return new StoreAnswer.Unknown();
        }
    }

    /// <summary>Tells of records that were on their way when their activation ended: those, or a place before them that a store has lost since.</summary>
    public void TellBeyond(LogPosition end, IReadOnlyList<LogPosition> beyond)
    {
        if (beyond.Count > 0 && logger.IsEnabled(LogLevel.Warning))
            LogBeyond(logger, end, string.Join(", ", beyond));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log ends at {End}, before the records {Beyond}: they were on their way when their activation ended, and nobody was told that they are kept.")]
    private static partial void LogBeyond(ILogger logger, LogPosition end, string beyond);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store did not answer the {Operation} of record {Record}; its outcome is unknown.")]
    private static partial void LogUnknown(ILogger logger, string operation, string record, Exception failure);
}

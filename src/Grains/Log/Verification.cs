using IqdbFlat.Abstractions;
using IqdbFlat.Engine.Encoding;
using IqdbFlat.Grains.Log.Records;
using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Grains.Log;

/// <summary>
/// Reads every record that a shard's checkpoint promises again: checks frames, checksums and the chain, and digests the rows that they hold. It writes
/// nothing, goes on after whatever it finds, and says what it could not check. It holds the log's tail and one segment.
/// </summary>
internal sealed class Verification(IRecordStore store, CancellationToken cancellation)
{
    /// <summary>How far behind a missing log record it looks for one that was written when all before it were there, which tells a gap from the end.</summary>
    private const int Lookahead = 16;

    private const int Attempts = 3;

    private readonly List<RecordProblem> _problems = [];
    private readonly List<string> _unchecked = [];
    private readonly StoredRows _rows = new();
    private bool _complete = true;

    /// <summary>Records read.</summary>
    public long Records { get; private set; }

    /// <summary>Bytes read.</summary>
    public long Bytes { get; private set; }

    /// <summary>Damaged and missing records.</summary>
    public IReadOnlyList<RecordProblem> Problems => _problems;

    /// <summary>What could not be checked, and why.</summary>
    public IReadOnlyList<string> Unchecked => _unchecked;

    /// <summary>The rows that the store holds; null when a record that may hold some could not be read.</summary>
    public RowsDigest? Stored { get; private set; }

    /// <summary>Whether the store's checkpoint is the one that was expected, and still was at the end.</summary>
    public bool IsOfExpected { get; private set; }

    /// <summary>Verifies.</summary>
    /// <param name="known">The checkpoint that the shard's owner wrote last; null when nobody knows.</param>
    /// <param name="end">The place behind the last record that counts, with a known checkpoint.</param>
    public async Task RunAsync(Checkpoint? known, LogPosition? end)
    {
        var found = await ReadCheckpointAsync();
        IsOfExpected = known is null || found is null || found.IsSameAs(known);
        if (!IsOfExpected)
            _unchecked.Add("the rows in memory could not be compared: another activation has taken the shard over");
        var checkpoint = IsOfExpected ? found ?? known : found;
        if (checkpoint is null)
        {
            _unchecked.Add("segments and log records could not be checked: the checkpoint that names them cannot be read");
            return;
        }

        foreach (var link in checkpoint.Chain)
            await ReadLinkAsync(link, link.Epoch == checkpoint.Epoch, IsOfExpected ? end : null);
        _rows.EndLog();
        foreach (var segment in checkpoint.Segments)
            await ReadSegmentAsync(segment, checkpoint.Settings.Dimension);
        _rows.EndSegments();
        if (_problems.Count > 0 && await HasMovedAsync(checkpoint))
        {
            _problems.Clear();
            _complete = IsOfExpected = false;
            _unchecked.Add("the shard's checkpoint moved while its records were read, so that some were gone: verify it again");
        }

        if (_complete)
            Stored = RowsDigest.Of(_rows.Digest);
    }

    private async Task<Checkpoint?> ReadCheckpointAsync()
    {
        const string Name = RecordNames.Checkpoint;
        return await ReadPromisedAsync(Name) is { } record ? Try(Name, () => CheckpointForm.Decode(record.Bytes)) : null;
    }

    private async Task<bool> HasMovedAsync(Checkpoint checkpoint)
    {
        try
        {
            return await store.ReadAsync(RecordNames.Checkpoint) is { } record && !CheckpointForm.Decode(record.Bytes).IsSameAs(checkpoint);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // It has been reported, or it is read no better now than before.
            return false;
        }
    }

    /// <summary>The log of one epoch: to its seal, or the last one to the end that its owner knows.</summary>
    private async Task ReadLinkAsync(ChainLink link, bool isLast, LogPosition? end)
    {
        ulong? previous = link.Previous;
        for (var at = new LogPosition(link.Epoch, link.Base); !isLast || end is not { } limit || at < limit; at = at.Next)
        {
            cancellation.ThrowIfCancellationRequested();
            string name = RecordNames.Log(at);
            var (answered, read) = await ReadAsync(name);
            if (read is not { } stored)
            {
                bool isPromised = isLast && end is not null;
                if (answered && !isPromised && !await IsFollowedAsync(at))
                {
                    if (!isLast)
                        Report(name, "is missing: a record, or the seal that ends the epoch, expected");
                    return;
                }

                if (answered)
                    Report(name, "is missing");
                else if (!isPromised)
                    return;
                previous = null;
                continue;
            }

            var record = Try(name, () => LogRecord.Decode(at, stored.Bytes));
            if (record is not null && previous is { } before && record.Previous != before)
                Report(name, $"does not follow the record before it: checksum {before:x16} expected, found {record.Previous:x16}");
            previous = record?.Checksum;
            if (record is null)
                continue;
            if (record.Kind == LogRecordKind.Seal)
                return;
            if (record.Kind == LogRecordKind.Batch && Try(name, () => record.ReadBatch(at)) is { } batch)
                _rows.Apply(batch);
        }
    }

    /// <summary>Whether one of the next records was written when the place was not empty.</summary>
    private async Task<bool> IsFollowedAsync(LogPosition at)
    {
        for (int i = 1; i <= Lookahead; i++)
        {
            at = at.Next;
            if (await AskAsync(RecordNames.Log(at)) is { Answered: true, Record: { } found } && OutstandingBefore(at, found) < i)
                return true;
        }

        return false;
    }

    // A record that cannot be read says nothing of those before it; it is taken for the sign of a gap, so that it is reported.
    private static int OutstandingBefore(LogPosition at, StoredRecord found)
    {
        try
        {
            return LogRecord.Decode(at, found.Bytes).Outstanding;
        }
        catch (FlatIndexException)
        {
            return 0;
        }
    }

    private async Task ReadSegmentAsync(StoredSegment segment, int dimension)
    {
        cancellation.ThrowIfCancellationRequested();
        string name = RecordNames.Segment(segment.Name);
        if (await ReadPromisedAsync(name) is { } record)
            Try(name, () => ISegmentRows.Open(segment, dimension, record.Bytes).Deliver(_rows));
    }

    private T? Try<T>(string name, Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (FlatIndexException damage) when (damage.Kind == FlatErrorKind.CorruptData)
        {
            Report(damage.Error.Record ?? name, damage.Error.Reason ?? damage.Message);
            return default;
        }
    }

    private void Report(string name, string reason)
    {
        _problems.Add(new(name, reason));
        _complete = false;
    }

    private async Task<StoredRecord?> ReadPromisedAsync(string name)
    {
        var (answered, record) = await ReadAsync(name);
        if (answered && record is null)
            Report(name, "is missing");
        return record;
    }

    /// <summary>Reads a record and counts it. A store that does not answer is said.</summary>
    private async Task<(bool Answered, StoredRecord? Record)> ReadAsync(string name)
    {
        var (answered, record) = await AskAsync(name);
        if (!answered)
        {
            _unchecked.Add($"record {name}: the store did not answer");
            _complete = false;
        }
        else if (record is { } found)
        {
            Records++;
            Bytes += found.Bytes.Length;
        }

        return (answered, record);
    }

    private async Task<(bool Answered, StoredRecord? Record)> AskAsync(string name)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return (true, await store.ReadAsync(name));
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // Tried again; a store that does not answer at all is said in the end.
            }
        }

        return (false, null);
    }
}

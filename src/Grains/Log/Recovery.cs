using System.Collections.Immutable;
using IqdbFlat.Grains.Log.Checkpoints;
using IqdbFlat.Grains.Log.Protocol;
using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Log;

/// <summary>Takes a shard over, then hands its rows to the target: stored segments first, then the log's tail.</summary>
internal sealed class Recovery(LogStore store, IShardRecovery target, IProgress<RecoveryProgress>? progress, CancellationToken cancellation)
{
    private long _rows;
    private long _expected;

    /// <summary>What was recovered, for the owner to go on from.</summary>
    public sealed record Result(
        Ownership Owner, ImmutableArray<LiveSegment> Segments, LogTail Tail, HighWater HighWater, ImmutableArray<SegmentName> Orphans);

    public async Task<Result> RunAsync(Guid writer)
    {
        var won = await TakeOverAsync(store, new TakeOver(writer), cancellation);
        var checkpoint = won.Checkpoint!;
        _expected = checkpoint.Segments.Sum(segment => (long)segment.LiveRows);
        target.Begin(new RecoveryStart(
            checkpoint.Settings, _expected, checkpoint.SequenceHighWater, checkpoint.IndexEpoch, checkpoint.Attachment));
        Report();
        var segments = await LoadSegmentsAsync(checkpoint);

        var tail = new LogTail();
        var highWater = new HighWater(checkpoint.SequenceHighWater, checkpoint.IndexEpoch);
        var announced = new HashSet<SegmentName>();
        foreach (var (at, record, etag) in won.Tail.Reverse())
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = record.Kind == LogRecordKind.Batch ? record.ReadBatch(at) : null;
            tail.Add(at, record, batch, etag);
            for (uint i = 0; i < record.Announced.Count; i++)
                announced.Add(new SegmentName(at.Epoch, record.Announced.First + i));
            if (batch is null)
                continue;
            highWater = highWater.After(batch);
            target.Apply(batch, at);
            _rows += batch.Operations.Count;
            Report();
        }

        announced.ExceptWith(checkpoint.Segments.Select(segment => segment.Name));
        return new Result(Ownership.Of(won), segments, tail, highWater, [.. announced]);
    }

    /// <summary>Drives a takeover to its end. IndexNotFound when there is no such shard, CorruptData when it cannot be read.</summary>
    public static async Task<TakeOver> TakeOverAsync(LogStore store, TakeOver step, CancellationToken cancellation)
    {
        int unknown = 0;
        while (!step.IsDone)
        {
            cancellation.ThrowIfCancellationRequested();

            // One record found in an epoch: there are likely more.
            if (step.Command is StoreCommand.ReadLog next && !step.Tail.IsEmpty && step.Tail.Peek().At.Next == next.At)
                store.ReadAhead(next.At, store.Options.ParallelReads);
            var answer = await store.PerformAsync(step.Command);
            if (answer is StoreAnswer.Unknown)
                await store.PauseAsync(unknown++, cancellation);
            step = step.On(answer);
        }

        store.ForgetAhead();
        store.TellBeyond(step.Ends.LastOrDefault(), step.SeenBeyond);
        return step.State switch
        {
            TakeOverState.Missing => throw new FlatIndexException(
                new FlatError(FlatErrorKind.IndexNotFound, "index not found: the shard has no checkpoint; it was never made, or it was dropped")),
            TakeOverState.Corrupt => throw FlatIndexException.CorruptData(step.RecordName, step.Damage!),
            _ => step,
        };
    }

    // Segments are read and checked a few at a time, with their vectors put in place by a target that takes them so; the rows are handed over one after the other.
    private async Task<ImmutableArray<LiveSegment>> LoadSegmentsAsync(Checkpoint checkpoint)
    {
        var loaded = ImmutableArray.CreateBuilder<LiveSegment>(checkpoint.Segments.Length);
        var ahead = new Queue<(StoredSegment Segment, Task<(ISegmentRows Reader, string ETag)> Load)>();
        int next = 0;
        long first = 0;
        while (next < checkpoint.Segments.Length || ahead.Count > 0)
        {
            while (next < checkpoint.Segments.Length && ahead.Count < store.Options.ParallelReads)
            {
                var segment = checkpoint.Segments[next++];
                ahead.Enqueue((segment, LoadAsync(segment, checkpoint, first)));
                first += segment.LiveRows;
            }

            var (current, load) = ahead.Dequeue();
            var (reader, etag) = await load;
            _rows += reader.Deliver(target);
            loaded.Add(new LiveSegment(current, reader.Sequences, etag));
            Report();
        }

        return loaded.DrainToImmutable();
    }

    private async Task<(ISegmentRows Reader, string ETag)> LoadAsync(StoredSegment segment, Checkpoint checkpoint, long first)
    {
        string name = RecordNames.Segment(segment.Name);
        if (await store.ReadAsync(name, cancellation) is not { } record)
            throw await WhyMissingAsync(name, checkpoint);
        return (await Task.Run(() => Open(segment, checkpoint, first, record.Bytes), cancellation), record.ETag);
    }

    private ISegmentRows Open(StoredSegment segment, Checkpoint checkpoint, long first, ReadOnlyMemory<byte> bytes)
    {
        var reader = ISegmentRows.Open(segment, checkpoint.Settings.Dimension, bytes);
        if (_expected <= int.MaxValue && target is IPlacedRecovery placed)
            reader.Place((int)first, placed);
        return reader;
    }

    // A segment may be gone because another activation has taken over and written it anew; otherwise it is lost.
    private async Task<FlatIndexException> WhyMissingAsync(string name, Checkpoint checkpoint)
    {
        bool same = await store.ReadAsync(RecordNames.Checkpoint, cancellation) is { } record
            && CheckpointForm.Decode(record.Bytes).IsSameAs(checkpoint);
        return same
            ? FlatIndexException.CorruptData(name, "is missing")
            : FlatIndexException.Unavailable("another activation has taken the shard over");
    }

    private void Report() => progress?.Report(new RecoveryProgress(_rows, Math.Max(_rows, _expected), store.BytesRead));
}

using System.Collections.Immutable;
using IqdbFlat.Grains.Log.Checkpoints;
using IqdbFlat.Grains.Log.Protocol;
using IqdbFlat.Grains.Log.Records;
using IqdbFlat.Grains.Storage;

namespace IqdbFlat.Grains.Log;

public sealed partial class ShardLog
{
    /// <summary>Segment numbers announced at once. More than are written do no harm.</summary>
    private const uint AnnouncedAtOnce = 16;

    private readonly HashSet<SegmentName> _announced = [];

    // Of log records that are folded in and still to be deleted. Only a checkpoint touches it.
    private readonly Dictionary<LogPosition, string> _leftETags = [];
    private ImmutableArray<LiveSegment> _segments;
    private long _segmentBytes;
    private ImmutableArray<LogRange> _leftLogs;
    private ImmutableArray<SegmentName> _leftSegments;
    private uint _nextSegment;
    private uint _announcedUpTo;
    private bool _checkpointing;

    /// <summary>
    /// Folds the log into segments. Call it when every committed batch is in the snapshot and no commit is under way; the base of the
    /// fold is fixed before the first await, and from then on commits may go on beside it. Segments that are stored already stay, with
    /// tombstones; so do large log records, which count as segments from then on. Mostly dead ones are written anew.
    /// </summary>
    /// <param name="rows">All live rows.</param>
    /// <param name="attachment">Bytes of the shard's own that come back at recovery.</param>
    /// <param name="applied">Up to where the rows hold what was committed, where the caller keeps count: behind the last batch, or nothing is done.</param>
    /// <param name="cancellation">Cancels; the log stays usable unless the outcome of the checkpoint's own write is unknown.</param>
    /// <exception cref="FlatIndexException">Unavailable when fenced; ResourceLimitExceeded when the attachment and the tombstones pass a record.</exception>
    /// <exception cref="InvalidOperationException">A commit or another checkpoint is under way, or the rows lack a batch: folded without it, it would be lost.</exception>
    public async Task CheckpointAsync(
        ILiveRows rows, ReadOnlyMemory<byte> attachment = default, LogPosition? applied = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Ownership foldBase;
        LogTail folded;
        lock (_gate)
        {
            ThrowIfClosed();
            if (_owner.Outstanding > 0 || _checkpointing)
                throw new InvalidOperationException("A checkpoint begins when no commit and no other checkpoint is under way.");
            if (applied is { } seen && seen != _batchEnd)
                throw new InvalidOperationException($"A checkpoint takes the rows of every batch: they go up to {seen}, and the last batch ends at {_batchEnd}.");
            _checkpointing = true;
            foldBase = _owner;
            folded = _tail;
            _tail = new LogTail();

            // Announced anew by each checkpoint: what an earlier one announced is below the base, and no longer read after a crash.
            _announcedUpTo = _nextSegment;
        }

        bool done = false;
        try
        {
            var superfluous = await FoldAsync(rows, folded, foldBase, attachment, cancellation);
            done = true;
            await CollectAsync(superfluous, cancellation);
        }
        finally
        {
            lock (_gate)
            {
                if (!done)
                    _tail.Add(folded);
                _checkpointing = false;
            }
        }
    }

    private async Task<IReadOnlyDictionary<SegmentName, string>> FoldAsync(
        ILiveRows rows, LogTail folded, Ownership foldBase, ReadOnlyMemory<byte> attachment, CancellationToken cancellation)
    {
        var plan = await Task.Run(
            () => CheckpointPlan.Make(
                [.. rows.Sequences], _segments, folded.AsSegments(_store.Options.KeptRecordBytes), folded.Touched, _store.Options.SegmentBytes),
            cancellation);
        var writer = new SegmentWriter(_store, Settings.Dimension, NextSegmentNameAsync);
        var written = await writer.WriteAsync(rows, plan.Wanted, cancellation);
        ImmutableArray<LiveSegment> segments = [.. plan.Kept, .. written];
        var named = segments.Select(segment => segment.Stored.Name).ToHashSet();
        var dropped = plan.Dropped.Select(segment => segment.Stored.Name).ToLookup(name => name.IsLog);
        var unnamed = _announced.Concat(dropped[false]).Where(name => !named.Contains(name));
        var highWater = HighWaterNow;
        var content = new Checkpoint
        {
            Settings = Settings,
            Chain = [],
            Segments = [.. segments.Select(segment => segment.Stored)],
            LeftSegments = [.. _leftSegments.Concat(unnamed).Distinct()],
            SequenceHighWater = highWater.Sequence,
            IndexEpoch = highWater.IndexEpoch,
            Attachment = attachment,
        };
        await SwapAsync(_owner.Fold(content, foldBase, _leftLogs.AddRange(dropped[true].Select(name => LogRange.Of(name.ToPlace())))), cancellation);
        Keep(segments);
        var stayed = segments.Where(segment => segment.Stored.Name.IsLog).Select(segment => segment.Stored.Name.ToPlace()).ToHashSet();
        foreach (var (at, etag) in folded.ETags.Where(record => !stayed.Contains(record.At)))
            _leftETags[at] = etag;
        _announced.Clear();
        return plan.Dropped.ToDictionary(segment => segment.Stored.Name, segment => segment.ETag);
    }

    private void Keep(ImmutableArray<LiveSegment> segments)
    {
        long bytes = segments.Sum(segment => (long)segment.Stored.Bytes);
        lock (_gate)
            (_segments, _segmentBytes) = (segments, bytes);
    }

    private async Task SwapAsync(Swap swap, CancellationToken cancellation)
    {
        ThrowIfClosed();
        int size = CheckpointForm.Encode(swap.Next).Length;
        if (size > IRecordStore.MaxRecordBytes)
            throw FlatIndexException.ResourceLimitExceeded("bytes of a checkpoint", IRecordStore.MaxRecordBytes, size);
        cancellation.ThrowIfCancellationRequested();
        swap = await OrCloseAsync(() => _store.DriveAsync(swap, cancellation));
        if (swap.State == SwapState.Lost)
            throw Close(Superseded());
        lock (_gate)
            _owner = _owner.After(swap);
        _leftLogs = swap.Next.LeftLogs;
        _leftSegments = swap.Next.LeftSegments;
    }

    private async Task CollectAsync(IReadOnlyDictionary<SegmentName, string> dropped, CancellationToken cancellation)
    {
        foreach (var (name, etag) in dropped.Where(segment => segment.Key.IsLog))
            _leftETags[name.ToPlace()] = etag;
        if (!await new Collector(_store, _logger).CollectAsync(_leftLogs, _leftSegments, _leftETags, dropped, cancellation))
            return;
        _leftETags.Clear();
        _leftLogs = [];
        _leftSegments = [];
    }

    // The name of the next segment, announced in the log before it is used.
    private async Task<SegmentName> NextSegmentNameAsync(CancellationToken cancellation)
    {
        if (_nextSegment == _announcedUpTo)
        {
            uint first = _nextSegment;
            await AppendAsync(owner => owner.Announce(first, AnnouncedAtOnce), null, cancellation);
            _announcedUpTo = first + AnnouncedAtOnce;
        }

        var name = new SegmentName(_owner.Checkpoint.Epoch, _nextSegment++);
        _announced.Add(name);
        return name;
    }
}

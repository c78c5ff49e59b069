using System.Collections.Immutable;
using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Log.Protocol;

/// <summary>What the owner of an epoch knows: the checkpoint as it last wrote it, and the next place in its log.</summary>
internal sealed record Ownership
{
    public required Checkpoint Checkpoint { get; init; }

    public required string ETag { get; init; }

    /// <summary>The next place in the log.</summary>
    public required LogPosition End { get; init; }

    /// <summary>The checksum of the record before the next place; 0 before the first.</summary>
    public ulong Previous { get; init; }

    /// <summary>The logs of earlier epochs in the chain, from base to seal.</summary>
    public ImmutableArray<LogRange> EarlierLogs { get; init; } = [];

    private ulong NextBatch { get; init; } = 1;

    private Guid Writer => Checkpoint.Writer;

    /// <summary>What the winner of a takeover owns.</summary>
    public static Ownership Of(TakeOver won)
    {
        var chain = won.Checkpoint!.Chain;
        return new Ownership
        {
            Checkpoint = won.Checkpoint,
            ETag = won.ETag!,
            End = new LogPosition(won.Checkpoint.Epoch, 0),
            EarlierLogs = [.. won.Ends.Select((end, i) => new LogRange(end.Epoch, chain[i].Base, end.Position))],
        };
    }

    /// <summary>Begins to commit a batch.</summary>
    public Append Append(ShardBatch batch) => new(End, LogRecord.Batch(End, Writer, NextBatch, Previous, batch));

    /// <summary>Begins to announce segments.</summary>
    public Append Announce(uint first, uint count) => new(End, LogRecord.Announce(End, Writer, NextBatch, Previous, first, count));

    /// <summary>After a record was committed.</summary>
    public Ownership After(Append append) => append.State == AppendState.Committed
        ? this with { End = append.At.Next, Previous = append.Record.Checksum, NextBatch = NextBatch + 1 }
        : throw new InvalidOperationException($"An append that is {append.State} moves nothing.");

    /// <summary>
    /// Begins to fold: the given checkpoint content, with this shard's history cut to the records from the base on. What becomes
    /// superfluous is named in it, so that it is deleted even after a crash.
    /// </summary>
    /// <param name="content">The new content: segments, high-water, attachment, and segments to delete. Log records among the segments stay.</param>
    /// <param name="foldBase">The owner as it was when the content was fixed.</param>
    /// <param name="leftLogs">Log records that earlier folds left to delete and that may still be there.</param>
    public Swap Fold(Checkpoint content, Ownership foldBase, ImmutableArray<LogRange> leftLogs)
    {
        var own = Checkpoint.Chain[^1];
        var kept = content.Segments.Where(segment => segment.Name.IsLog).Select(segment => segment.Name.ToPlace()).Order().ToArray();
        var folded = EarlierLogs.Add(new LogRange(own.Epoch, own.Base, foldBase.End.Position)).SelectMany(range => range.Without(kept));
        var next = content with
        {
            Settings = Checkpoint.Settings,
            Revision = Checkpoint.Revision + 1,
            Writer = Writer,
            Chain = [new ChainLink(own.Epoch, foldBase.End.Position, foldBase.Previous)],
            LeftLogs = leftLogs.AddRange(folded),
        };
        return new Swap(next, ETag);
    }

    /// <summary>After the fold was won.</summary>
    public Ownership After(Swap fold) => fold.State == SwapState.Won
        ? this with { Checkpoint = fold.Next, ETag = fold.ETag!, EarlierLogs = [] }
        : throw new InvalidOperationException($"A swap that is {fold.State} moves nothing.");
}

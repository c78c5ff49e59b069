using System.Collections.Immutable;
using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Log.Protocol;

/// <summary>What the owner of an epoch knows: the checkpoint as it last wrote it, and the next place in its log.</summary>
internal sealed record Ownership
{
    public required Checkpoint Checkpoint { get; init; }

    public required string ETag { get; init; }

    /// <summary>
    /// Records that may be on their way at once. Who takes over looks so far beyond the first absent place, and who folds an epoch so far beyond its seal: a build that raises the
    /// number leaves records that older ones do not look for.
    /// </summary>
    public const int MostOutstanding = 3;

    /// <summary>The place behind the last record that is committed, and so are all before it.</summary>
    public required LogPosition End { get; init; }

    /// <summary>The checksum of the record before the end; 0 before the first.</summary>
    public ulong Previous { get; init; }

    /// <summary>Records from the end on that have begun and are not known to be committed.</summary>
    public int Outstanding { get; private init; }

    /// <summary>The place of the next record that begins.</summary>
    public LogPosition Next => End with { Position = End.Position + (ulong)Outstanding };

    /// <summary>The logs of earlier epochs in the chain, from base to seal.</summary>
    public ImmutableArray<LogRange> EarlierLogs { get; init; } = [];

    private ulong NextBatch { get; init; } = 1;

    /// <summary>The checksum of the last record that has begun.</summary>
    private ulong LastBegun { get; init; }

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

    /// <summary>The append that would commit a batch.</summary>
    public Append Append(ShardBatch batch) => new(Next, LogRecord.Batch(Next, Writer, NextBatch, LastBegun, batch, Outstanding));

    /// <summary>The append that would announce segments.</summary>
    public Append Announce(uint first, uint count) => new(Next, LogRecord.Announce(Next, Writer, NextBatch, LastBegun, first, count, Outstanding));

    /// <summary>After an append has begun.</summary>
    public Ownership Begun(Append append) => append.At == Next && Outstanding < MostOutstanding
        ? this with { Outstanding = Outstanding + 1, NextBatch = NextBatch + 1, LastBegun = append.Record.Checksum }
        : throw new InvalidOperationException($"The next append is at {Next}, with fewer than {MostOutstanding} outstanding: found one at {append.At}, with {Outstanding}.");

    /// <summary>
    /// After the oldest outstanding append was committed. One that is committed while an older one is outstanding waits: should that one find its place sealed, neither is in the history.
    /// </summary>
    public Ownership After(Append append) => append.State == AppendState.Committed && append.At == End && Outstanding > 0
        ? this with { End = append.At.Next, Previous = append.Record.Checksum, Outstanding = Outstanding - 1 }
        : throw new InvalidOperationException($"The append at {End} moves the end when it is committed: found one at {append.At} that is {append.State}.");

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

        // What was on its way when an epoch was sealed may lie beyond its seal.
        var beyond = EarlierLogs.Select(range => new LogRange(range.Epoch, range.To + 1, range.To + MostOutstanding));
        var next = content with
        {
            Settings = Checkpoint.Settings,
            Revision = Checkpoint.Revision + 1,
            Writer = Writer,
            Chain = [new ChainLink(own.Epoch, foldBase.End.Position, foldBase.Previous)],
            LeftLogs = [.. leftLogs, .. folded, .. beyond],
        };
        return new Swap(next, ETag);
    }

    /// <summary>After the fold was won.</summary>
    public Ownership After(Swap fold) => fold.State == SwapState.Won
        ? this with { Checkpoint = fold.Next, ETag = fold.ETag!, EarlierLogs = [] }
        : throw new InvalidOperationException($"A swap that is {fold.State} moves nothing.");
}

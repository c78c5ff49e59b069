using System.Collections.Immutable;
using System.Text;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Protocol;
using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Tests.Log.Exploration;

/// <summary>One activation: the protocol's own values, and around them what ShardLog keeps. It is taking over, or owns an epoch, or is fenced.</summary>
internal sealed record Actor(int Number)
{
    public Guid Writer => new([(byte)(Number + 1), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

    public TakeOver? TakingOver { get; init; }

    public Ownership? Owner { get; init; }

    public bool IsFenced { get; init; }

    /// <summary>The records on their way into the log, the oldest first. Of one that has found its place taken, the older ones go on, and so do the puts of those behind it.</summary>
    public ImmutableList<Appending> Appends { get; init; } = [];

    public int WritesLeft { get; init; }

    public int CheckpointsLeft { get; init; }

    /// <summary>All writes that this activation has in memory, as bits.</summary>
    public uint Content { get; init; }

    /// <summary>The writes whose tokens this activation remembers, as bits.</summary>
    public uint Tokens { get; init; }

    /// <summary>The records of the log since the fold before, which a fold may keep where they are, and their writes as bits.</summary>
    public ImmutableDictionary<LogPosition, (uint Writes, ulong Checksum)> Unfolded { get; init; } = ImmutableDictionary<LogPosition, (uint, ulong)>.Empty;

    /// <summary>The fold that was fixed but not yet begun: the owner, the content and the tokens as they were.</summary>
    public (Ownership Base, uint Content, uint Tokens, ImmutableArray<StoredSegment> Kept)? Snapshot { get; init; }

    public Swap? Swap { get; init; }

    /// <summary>Records to delete, and the versions under which they were folded.</summary>
    public ImmutableList<LogPosition> Trims { get; init; } = [];

    public ImmutableDictionary<LogPosition, string> ETags { get; init; } = ImmutableDictionary<LogPosition, string>.Empty;

    public void Describe(StringBuilder text)
    {
        text.Append(IsFenced ? 'F' : 'A').Append(WritesLeft).Append(CheckpointsLeft).Append('c').Append(Content).Append('k').Append(Tokens);
        if (TakingOver is { } step)
        {
            text.Append('t').Append((int)step.State).Append(step.ETag).Append('e').AppendJoin('_', step.Ends);
            foreach (var entry in step.Tail)
                text.Append('_').Append(entry.Record.Checksum);
            if (!step.IsDone)
                Exploration.Describe.Command(text, step.Command);
        }

        if (Owner is { } owner)
        {
            Exploration.Describe.Checkpoint(text.Append('o').Append(owner.ETag).Append(owner.End).Append(owner.Previous).Append(owner.Outstanding), owner.Checkpoint);
            foreach (var range in owner.EarlierLogs)
                text.Append(range);
        }

        foreach (var appending in Appends)
            text.Append(appending.IsDoomed ? 'z' : 'a').Append((int)appending.Append.State).Append(appending.Append.Record.Checksum).Append(appending.Append.ETag);
        if (Snapshot is { } snapshot)
            text.Append('s').Append(snapshot.Base.End).Append(snapshot.Content).Append('k').Append(snapshot.Tokens).Append('n').AppendJoin('_', snapshot.Kept.Select(kept => kept.Name.ToPlace()));
        if (Swap is { } swap)
            Exploration.Describe.Checkpoint(text.Append('w').Append((int)swap.State).Append(swap.Expected), swap.Next);
        foreach (var at in Unfolded.Keys.Order())
            text.Append('u').Append(at);
        foreach (var at in Trims)
            text.Append('d').Append(at.Epoch).Append('.').Append(at.Position);
    }
}

/// <summary>A record on its way into the log.</summary>
/// <param name="Append">How far it is.</param>
/// <param name="Writes">The writes in it, as bits.</param>
/// <param name="Before">The owner before it began.</param>
/// <param name="IsDoomed">Whether one before it has found its place taken: then nobody is told of it.</param>
internal sealed record Appending(Append Append, uint Writes, Ownership Before, bool IsDoomed = false);

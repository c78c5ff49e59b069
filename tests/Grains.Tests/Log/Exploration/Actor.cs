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

    /// <summary>The record on its way into the log, and the writes in it, as bits.</summary>
    public Append? Append { get; init; }

    public uint Writing { get; init; }

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
            Exploration.Describe.Checkpoint(text.Append('o').Append(owner.ETag).Append(owner.End).Append(owner.Previous), owner.Checkpoint);
            foreach (var range in owner.EarlierLogs)
                text.Append(range);
        }

        if (Append is { } append)
            text.Append('a').Append((int)append.State).Append(append.Record.Checksum);
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

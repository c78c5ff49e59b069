using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using IqdbFlat.Grains.Log;
using IqdbFlat.Grains.Log.Protocol;
using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Tests.Log.Exploration;

/// <summary>How a world deliberately gets the protocol wrong, to see that the exploration notices.</summary>
internal enum Mutation
{
    None,

    /// <summary>Acknowledges a batch when its put begins.</summary>
    AcknowledgeFirst,

    /// <summary>Acknowledges a batch when its own record is in the log, whatever of those before it.</summary>
    AcknowledgeAlone,

    /// <summary>Reads a record beyond an absent place as if it said that none before it was on its way.</summary>
    OverlookOutstanding,

    /// <summary>Deletes the seal of an epoch along with its records.</summary>
    DeleteSeals,

    /// <summary>Does not put seals.</summary>
    NoSeal,

    /// <summary>Replaces the checkpoint whatever its version.</summary>
    NoCompareAndSet,

    /// <summary>Takes a place that was read as absent for one that the put will never reach.</summary>
    TrustAbsence,

    /// <summary>Leaves the tokens out of checkpoints.</summary>
    ForgetTokens,

    /// <summary>Deletes a log record that a checkpoint keeps along with those that it folds.</summary>
    TrimKept,
}

/// <summary>An operation that was answered with "unknown" and may land at any later time.</summary>
internal sealed record Late(StoreCommand Command);

/// <summary>One state of a store and the activations that use it: everything that decides what can happen next.</summary>
/// <param name="Checkpoint">The checkpoint and its version.</param>
/// <param name="Log">The log records and their versions.</param>
/// <param name="Late">Operations that may yet land.</param>
/// <param name="Acknowledged">The writes that callers were told are durable, as bits.</param>
/// <param name="Actors">The activations.</param>
/// <param name="NextVersion">The version of the next record written.</param>
/// <param name="LateLeft">How many more operations may be late.</param>
internal sealed record World(
    (Checkpoint Content, string ETag) Checkpoint,
    ImmutableSortedDictionary<LogPosition, (LogRecord Record, string ETag)> Log,
    ImmutableList<Late> Late,
    uint Acknowledged,
    ImmutableArray<Actor> Actors,
    int NextVersion,
    int LateLeft)
{
    /// <summary>The writes that a recovery from the store would find now, in order.</summary>
    public List<int> Recoverable()
    {
        var found = new List<int>();
        uint folded = Write.Decode(Checkpoint.Content.Attachment);
        for (int i = 0; i < 32; i++)
        {
            if ((folded & (1u << i)) != 0)
                found.Add(i);
        }

        foreach (var kept in Checkpoint.Content.Segments)
        {
            if (Log.TryGetValue(kept.Name.ToPlace(), out var entry) && entry.Record.Checksum == kept.Checksum)
                found.AddRange(Write.Of(entry.Record, kept.Name.ToPlace()));
        }

        foreach (var link in Checkpoint.Content.Chain)
        {
            var at = new LogPosition(link.Epoch, link.Base);
            while (Log.TryGetValue(at, out var entry) && entry.Record.Kind == LogRecordKind.Batch)
            {
                found.AddRange(Write.Of(entry.Record, at));
                at = at.Next;
            }
        }

        return found;
    }

    /// <summary>A hash of all that tells this world from another. Versions count only by what they are equal to.</summary>
    public UInt128 Key()
    {
        var text = new StringBuilder();
        Describe.Checkpoint(text, Checkpoint.Content).Append(Checkpoint.ETag);
        foreach (var (at, entry) in Log)
            Describe.Record(text.Append('|').Append(at.Epoch).Append('.').Append(at.Position), entry.Record).Append(entry.ETag);
        foreach (string late in Late.Select(late => Describe.Command(new StringBuilder(), late.Command).ToString()).Order(StringComparer.Ordinal))
            text.Append('~').Append(late);
        text.Append('#').Append(Acknowledged).Append('#').Append(LateLeft);
        foreach (var actor in Actors)
            actor.Describe(text.Append('/'));
        return XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(text.ToString()));
    }
}

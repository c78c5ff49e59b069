using System.Collections.Immutable;

namespace IqdbFlat.Grains.Log.Records;

/// <summary>An epoch whose log is not folded in yet: its records from the base on count.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Base">The position of its first record that is not folded in.</param>
/// <param name="Previous">The checksum of the record before the base; 0 when the base is 0.</param>
internal readonly record struct ChainLink(ulong Epoch, ulong Base, ulong Previous);

/// <summary>Log records that are folded in and may still be in the store: positions from From up to, not including, To.</summary>
internal readonly record struct LogRange(ulong Epoch, ulong From, ulong To)
{
    /// <summary>The one record at a place.</summary>
    public static LogRange Of(LogPosition at) => new(at.Epoch, at.Position, at.Position + 1);

    /// <summary>What is left of the range without the records at some places, which rise.</summary>
    public IEnumerable<LogRange> Without(IEnumerable<LogPosition> places)
    {
        var (epoch, from, to) = this;
        foreach (var place in places)
        {
            if (place.Epoch != epoch || place.Position < from || place.Position >= to)
                continue;
            if (place.Position > from)
                yield return new(epoch, from, place.Position);
            from = place.Position + 1;
        }

        if (from < to)
            yield return new(epoch, from, to);
    }
}

/// <summary>The one record of a shard that changes, by compare-and-set only: what there is, and which logs count on top of it.</summary>
internal sealed record Checkpoint
{
    public required ShardSettings Settings { get; init; }

    /// <summary>One more than that of the checkpoint which this one replaced. With the writer it tells one's own checkpoint from any other.</summary>
    public ulong Revision { get; init; }

    /// <summary>The activation that wrote this checkpoint; the owner of the chain's last epoch.</summary>
    public Guid Writer { get; init; }

    /// <summary>Epochs, rising; only the activation that added the last one writes in it.</summary>
    public required ImmutableArray<ChainLink> Chain { get; init; }

    /// <summary>What the rows are in: segments, and log records that stayed and count as such.</summary>
    public ImmutableArray<StoredSegment> Segments { get; init; } = [];

    /// <summary>Log records to delete, which a crash may have left behind.</summary>
    public ImmutableArray<LogRange> LeftLogs { get; init; } = [];

    /// <summary>Segments to delete, which a crash may have left behind.</summary>
    public ImmutableArray<SegmentName> LeftSegments { get; init; } = [];

    public ulong SequenceHighWater { get; init; }

    public ulong IndexEpoch { get; init; }

    /// <summary>Bytes of the shard's own.</summary>
    public ReadOnlyMemory<byte> Attachment { get; init; }

    public ulong Epoch => Chain[^1].Epoch;

    /// <summary>A new shard: epoch 0, which nobody owns, and nothing in it.</summary>
    public static Checkpoint First(ShardSettings settings) => new() { Settings = settings, Chain = [new ChainLink(0, 0, 0)] };

    /// <summary>Whether this is the very checkpoint that another variable holds.</summary>
    public bool IsSameAs(Checkpoint other) => Revision == other.Revision && Writer == other.Writer;

    /// <summary>The next checkpoint of a writer who takes over: the same, and a new epoch at the chain's end.</summary>
    public Checkpoint TakenOverBy(Guid writer) =>
        this with { Revision = Revision + 1, Writer = writer, Chain = Chain.Add(new ChainLink(Epoch + 1, 0, 0)) };
}

using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Log.Checkpoints;

/// <summary>What a checkpoint keeps of the stored segments, with new tombstones, and which live rows it must write.</summary>
/// <param name="Kept">Stored segments that stay.</param>
/// <param name="Dropped">Stored segments that go.</param>
/// <param name="Wanted">The sequences of the live rows that no kept segment holds.</param>
internal sealed record CheckpointPlan(IReadOnlyList<LiveSegment> Kept, IReadOnlyList<LiveSegment> Dropped, IReadOnlySet<ulong> Wanted)
{
    /// <summary>Makes the plan.</summary>
    /// <param name="live">The sequences of all live rows; sorted in place.</param>
    /// <param name="segments">The stored segments.</param>
    /// <param name="touched">Sequences that were put since the stored segments were written: what is stored under them is stale.</param>
    /// <param name="segmentBytes">Bytes of a full segment.</param>
    public static CheckpointPlan Make(ulong[] live, IReadOnlyList<LiveSegment> segments, IReadOnlySet<ulong> touched, int segmentBytes)
    {
        Array.Sort(live);
        for (int i = 1; i < live.Length; i++)
        {
            if (live[i] == live[i - 1])
                throw new InvalidOperationException($"Two live rows have the sequence {live[i]}; each row has its own.");
        }

        var marked = segments.Select(segment => Bury(segment, live, touched)).ToArray();
        var rewrite = SegmentPolicy.Rewrite([.. marked.Select(segment => (segment.Stored.Rows, segment.Stored.LiveRows, segment.Stored.Bytes))], segmentBytes);
        var kept = marked.Where((_, i) => !rewrite.Contains(i)).ToArray();
        var dropped = marked.Where((_, i) => rewrite.Contains(i)).ToArray();
        return new CheckpointPlan(kept, dropped, Uncovered(live, kept));
    }

    // The segment with tombstones for every row that is not live any more or is live in a newer form.
    private static LiveSegment Bury(LiveSegment segment, ulong[] live, IReadOnlySet<ulong> touched)
    {
        var stored = segment.Stored;
        byte[]? tombstones = null;
        int dead = stored.DeadRows;
        for (int row = 0; row < stored.Rows; row++)
        {
            ulong sequence = segment.Sequences[row];
            if (stored.IsDead(row) || (!touched.Contains(sequence) && Array.BinarySearch(live, sequence) >= 0))
                continue;
            tombstones ??= stored.DeadRows > 0 ? stored.Dead.ToArray() : new byte[(stored.Rows + 7) / 8];
            tombstones[row >> 3] |= (byte)(1 << (row & 7));
            dead++;
        }

        return tombstones is null ? segment : segment with { Stored = stored with { DeadRows = dead, Dead = tombstones } };
    }

    private static HashSet<ulong> Uncovered(ulong[] live, IEnumerable<LiveSegment> kept)
    {
        bool[] covered = new bool[live.Length];
        foreach (var segment in kept)
        {
            for (int row = 0; row < segment.Sequences.Length; row++)
            {
                if (!segment.Stored.IsDead(row))
                    covered[Array.BinarySearch(live, segment.Sequences[row])] = true;
            }
        }

        var wanted = new HashSet<ulong>();
        for (int i = 0; i < live.Length; i++)
        {
            if (!covered[i])
                wanted.Add(live[i]);
        }

        return wanted;
    }
}

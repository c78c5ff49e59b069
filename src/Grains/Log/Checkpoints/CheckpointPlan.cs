using System.Collections.Immutable;
using IqdbFlat.Grains.Log.Records;

namespace IqdbFlat.Grains.Log.Checkpoints;

/// <summary>What a checkpoint keeps of the stored segments, with new tombstones, and which live rows it must write.</summary>
/// <param name="Kept">Stored segments that stay, and log records that stay where they are and count as segments.</param>
/// <param name="Dropped">Stored segments that go, and log records that were kept before and go. Records of the tail that go are no part of it.</param>
/// <param name="Wanted">The sequences of the live rows that no kept segment holds.</param>
internal sealed record CheckpointPlan(IReadOnlyList<LiveSegment> Kept, IReadOnlyList<LiveSegment> Dropped, IReadOnlySet<ulong> Wanted)
{
    /// <summary>Makes the plan.</summary>
    /// <param name="live">The sequences of all live rows; sorted in place.</param>
    /// <param name="segments">The stored segments.</param>
    /// <param name="tail">Records of the log's tail that may stay and count as segments.</param>
    /// <param name="touched">Sequences that were put since the stored segments were written: what is stored under them is stale.</param>
    /// <param name="segmentBytes">Bytes of a full segment.</param>
    public static CheckpointPlan Make(
        ulong[] live, IReadOnlyList<LiveSegment> segments, IReadOnlyList<LiveSegment> tail, IReadOnlySet<ulong> touched, int segmentBytes)
    {
        if (!IsSorted(live))
            Array.Sort(live);
        for (int i = 1; i < live.Length; i++)
        {
            if (live[i] == live[i - 1])
                throw new InvalidOperationException($"Two live rows have the sequence {live[i]}; each row has its own.");
        }

        // Of the tail, what is stale is dead already.
        var fresh = tail.Select(record => Bury(record, live, ImmutableHashSet<ulong>.Empty)).ToArray();
        LiveSegment[] marked = [.. segments.Select(segment => Bury(segment, live, touched)), .. fresh];
        LiveSegment[] rewritten =
        [
            .. Choose(marked.Where(segment => !segment.Stored.Name.IsLog), sizes => SegmentPolicy.Rewrite(sizes, segmentBytes)),
            .. Choose(marked.Where(segment => segment.Stored.Name.IsLog), SegmentPolicy.RewriteRecords),
        ];
        LiveSegment[] kept = [.. marked.Except(rewritten, ReferenceEqualityComparer.Instance).Cast<LiveSegment>()];
        LiveSegment[] dropped = [.. rewritten.Except(fresh, ReferenceEqualityComparer.Instance).Cast<LiveSegment>()];
        return new CheckpointPlan(kept, dropped, Uncovered(live, kept));
    }

    private static IEnumerable<LiveSegment> Choose(
        IEnumerable<LiveSegment> segments, Func<IReadOnlyList<(int Rows, int Live, int Bytes)>, IReadOnlySet<int>> policy)
    {
        LiveSegment[] all = [.. segments];
        return policy([.. all.Select(segment => (segment.Stored.Rows, segment.Stored.LiveRows, segment.Stored.Bytes))]).Select(place => all[place]);
    }

    // The segment with tombstones for every row that is not live any more or is live in a newer form.
    private static LiveSegment Bury(LiveSegment segment, ulong[] live, IReadOnlySet<ulong> touched)
    {
        var stored = segment.Stored;
        byte[]? tombstones = null;
        int dead = stored.DeadRows;
        int place = -1;
        for (int row = 0; row < stored.Rows; row++)
        {
            ulong sequence = segment.Sequences[row];
            if (stored.IsDead(row))
                continue;
            place = PlaceOf(live, sequence, place);
            if (place >= 0 && !touched.Contains(sequence))
                continue;
            tombstones ??= stored.DeadRows > 0 ? stored.Dead.ToArray() : new byte[(stored.Rows + 7) / 8];
            tombstones[row >> 3] |= (byte)(1 << (row & 7));
            dead++;
        }

        return tombstones is null ? segment : segment with { Stored = stored with { DeadRows = dead, Dead = tombstones } };
    }

    // Most rows lie in the order of their sequences, so the next one is looked at before it is searched for. Negative when it is not there.
    private static int PlaceOf(ulong[] live, ulong sequence, int last)
    {
        int next = Math.Max(last, -1) + 1;
        return next < live.Length && live[next] == sequence ? next : Array.BinarySearch(live, sequence);
    }

    private static bool IsSorted(ulong[] live)
    {
        for (int i = 1; i < live.Length; i++)
        {
            if (live[i] < live[i - 1])
                return false;
        }

        return true;
    }

    private static HashSet<ulong> Uncovered(ulong[] live, IEnumerable<LiveSegment> kept)
    {
        bool[] covered = new bool[live.Length];
        int place = -1;
        foreach (var segment in kept)
        {
            for (int row = 0; row < segment.Sequences.Length; row++)
            {
                if (segment.Stored.IsDead(row))
                    continue;
                place = PlaceOf(live, segment.Sequences[row], place);
                covered[place] = true;
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

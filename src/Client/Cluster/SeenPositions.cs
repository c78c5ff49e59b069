using IqdbFlat.Abstractions;

namespace IqdbFlat.Client.Cluster;

/// <summary>
/// The newest position of each shard that the handle's writes were told. Passed with every read, so that a shard that is behind catches up before it answers.
/// Readers take an immutable array; writers replace it.
/// </summary>
internal sealed class SeenPositions
{
    private ShardPosition[] _positions = [];

    /// <summary>The positions, by shard number. Never changed after it is handed out.</summary>
    public ShardPosition[] Current => Volatile.Read(ref _positions);

    /// <summary>Takes in what a write was told. An older position than the one known is left.</summary>
    public void Observe(ReadOnlySpan<ShardPosition> told)
    {
        while (true)
        {
            var known = Current;
            var merged = Merge(known, told);
            if (ReferenceEquals(merged, known) || Interlocked.CompareExchange(ref _positions, merged, known) == known)
                return;
        }
    }

    private static ShardPosition[] Merge(ShardPosition[] known, ReadOnlySpan<ShardPosition> told)
    {
        SortedDictionary<int, ShardPosition>? merged = null;
        foreach (var position in told)
        {
            int at = Find(known, position.Shard);
            if (at >= 0 && known[at].Covers(position))
                continue;
            merged ??= new(known.ToDictionary(k => k.Shard));
            if (!merged.TryGetValue(position.Shard, out var other) || !other.Covers(position))
                merged[position.Shard] = position;
        }

        return merged is null ? known : [.. merged.Values];
    }

    private static int Find(ShardPosition[] positions, int shard)
    {
        int low = 0;
        int high = positions.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = positions[middle].Shard.CompareTo(shard);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }
}

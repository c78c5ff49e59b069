using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>Merges sorted partial answers into one: k-way, by (distance in total order, sequence).</summary>
/// <remarks>Sequences are unique over the index, so the order is total and the order in which partials arrive cannot show.</remarks>
internal static class PartialMerge
{
    /// <summary>The nearest <paramref name="k"/> of all partials.</summary>
    public static HitBlock Merge(IReadOnlyList<HitBlock> partials, int k)
    {
        long total = 0;
        foreach (var partial in partials)
            total += partial.Count;
        int count = (int)Math.Min(total, k);
        if (count == 0)
            return HitBlock.Empty;

        bool withMetadata = partials.Any(p => p.Metadata.Count > 0);
        var ids = new RowId[count];
        var distances = new float[count];
        var sequences = new ulong[count];
        var metadata = withMetadata ? new Metadata?[count] : [];
        var queue = new PriorityQueue<int, (uint, ulong)>(partials.Count);
        var next = new int[partials.Count];
        for (int p = 0; p < partials.Count; p++)
        {
            if (partials[p].Count > 0)
                queue.Enqueue(p, Rank(partials[p], 0));
        }

        for (int i = 0; i < count; i++)
        {
            int p = queue.Peek();
            var partial = partials[p];
            int at = next[p]++;
            (ids[i], distances[i], sequences[i]) = (partial.Ids.Values[at], partial.Distances.Span[at], partial.Sequences[at]);
            if (withMetadata)
                metadata[i] = partial.Metadata.Values[at];
            if (at + 1 < partial.Count)
                queue.DequeueEnqueue(p, Rank(partial, at + 1));
            else
                queue.Dequeue();
        }

        return new() { Ids = ids, Distances = distances, Sequences = sequences, Metadata = metadata };
    }

    private static (uint Distance, ulong Sequence) Rank(HitBlock partial, int at) =>
        (DistanceOrder.KeyOf(partial.Distances.Span[at]), partial.Sequences[at]);
}

using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Ranked;

/// <summary>The hits that are passed over and the ties at the last place, made of ordinary searches. The same for the index in a process and for a cluster.</summary>
/// <param name="k">Hits wanted.</param>
/// <param name="skip">Hits to pass over before them, 0 or more.</param>
/// <param name="ties">Whether all hits at the distance of the last one are wanted too.</param>
internal readonly struct RankedAnswer(int k, int skip, bool ties)
{
    /// <summary>How many hits the first search asks for: with ties one more, which tells whether there are any.</summary>
    public int Wanted => k <= 0 ? k : (int)Math.Min(int.MaxValue, Last + (ties && Last < Limits.Hits ? 1 : 0));

    private long Last => (long)k + skip;

    /// <summary>The answer, made of that of the first search.</summary>
    /// <param name="hits">What the first search found.</param>
    /// <param name="search">Searches again, by k and the greatest distance (null for any).</param>
    public async ValueTask<IReadOnlyList<Hit>> FinishAsync(IReadOnlyList<Hit> hits, Func<int, float?, ValueTask<IReadOnlyList<Hit>>> search)
    {
        if (k <= 0 || (skip == 0 && !ties))
            return hits;

        // Rows that are removed between two searches of a cluster may leave fewer than were there: then it begins again.
        int last = (int)Math.Min(int.MaxValue, Last);
        while (ties && MayGoOn(hits, last))
        {
            float distance = hits[last - 1].Distance;
            var within = await search(int.MaxValue, float.IsNaN(distance) ? null : distance);
            if (within.Count >= last)
            {
                uint end = DistanceOrder.KeyOf(within[last - 1].Distance);
                return [.. within.TakeWhile(hit => DistanceOrder.KeyOf(hit.Distance) <= end).Skip(skip)];
            }

            hits = await search(Wanted, null);
        }

        return [.. hits.Take(last).Skip(skip)];
    }

    private static bool MayGoOn(IReadOnlyList<Hit> hits, int last) => hits.Count >= last
        && (last >= Limits.Hits || (hits.Count > last && DistanceOrder.KeyOf(hits[last].Distance) == DistanceOrder.KeyOf(hits[last - 1].Distance)));
}

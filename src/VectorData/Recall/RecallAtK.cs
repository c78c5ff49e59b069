namespace IqdbFlat.VectorData.Recall;

/// <summary>Recall at k with ties: every record as near as the true k-th counts.</summary>
internal static class RecallAtK
{
    /// <summary>The recall of what was found.</summary>
    /// <param name="nearest">The true nearest, nearest first: the first k and all that tie with the k-th, at least one in all. What follows those is not looked at.</param>
    /// <param name="found">What was found, in any order; a key that comes twice counts once.</param>
    /// <param name="k">How many were asked for.</param>
    /// <returns>The found records that are as near as the k-th true one or nearer, at most k, over the true ones, at most k.</returns>
    public static double Of<TKey>(IReadOnlyList<(TKey Key, double? Score)> nearest, IEnumerable<TKey> found, int k)
        where TKey : notnull
    {
        int truth = Math.Min(k, nearest.Count);
        double? last = nearest[truth - 1].Score;
        int end = truth;
        while (end < nearest.Count && Equals(nearest[end].Score, last))
            end++;
        var near = nearest.Take(end).Select(record => record.Key).ToHashSet();
        near.IntersectWith(found);
        return Math.Min(near.Count, truth) / (double)truth;
    }
}

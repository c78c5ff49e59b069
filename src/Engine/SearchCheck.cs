namespace IqdbFlat.Engine;

/// <summary>What an index accepts as a search, in the order of the contract. The same in a process and in a cluster.</summary>
public static class SearchCheck
{
    /// <summary>
    /// Checks what holds for every search, in this order: the dimension (<see cref="FlatErrorKind.DimensionMismatch"/>), finiteness of the query
    /// (<see cref="FlatErrorKind.InvalidVector"/>), the metric where the caller names one (<see cref="FlatErrorKind.InvalidMetric"/>), k at least 0
    /// (<see cref="FlatErrorKind.InvalidConfig"/>).
    /// </summary>
    /// <remarks>
    /// A search with k = 0 or over an empty index is answered with nothing after this; any other has its filter checked next, by
    /// <see cref="FilterLimits.Check"/>.
    /// </remarks>
    public static void Query(ReadOnlySpan<float> query, int k, Metric? named, int dimension, Metric metric)
    {
        VectorCheck.Check(query, dimension);
        if (named is { } expected && expected != metric)
            throw FlatIndexException.InvalidMetric(metric, expected);
        if (k < 0)
            throw FlatIndexException.InvalidConfig(FormattableString.Invariant($"k is at least 0, found {k}"));
    }
}

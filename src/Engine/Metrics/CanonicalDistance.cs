using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine;

/// <summary>The distance of two vectors, with the same 32 bits that every search gives on every processor.</summary>
public static class CanonicalDistance
{
    /// <summary>The distance from <paramref name="query"/> to <paramref name="row"/>.</summary>
    /// <param name="metric">How to measure.</param>
    /// <param name="query">The components of the query: at least one.</param>
    /// <param name="row">The components of the row: as many.</param>
    /// <returns>
    /// The distance; smaller is nearer. Infinite where 32 bits overflow; a NaN (infinity minus infinity) is always 0x7FC00000.
    /// </returns>
    /// <exception cref="FlatIndexException">
    /// <see cref="FlatErrorKind.DimensionMismatch"/>: the lengths differ. <see cref="FlatErrorKind.InvalidConfig"/>: no components, or no
    /// such metric.
    /// </exception>
    public static float Compute(Metric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> row)
    {
        Check(metric, query, row);
        return Compute(KernelSelection.Widest, metric, query, row);
    }

    /// <summary>The same by lanes of one kind, lengths unchecked.</summary>
    internal static float Compute(LanesKind lanes, Metric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> row)
    {
        PairKernel pair = new(query, row);
        KernelSelection.Run(lanes, metric, ref pair);
        return pair.Distance;
    }

    /// <summary>dot(vector, vector): the distance by <see cref="Metric.DotProduct"/> is its negation.</summary>
    internal static float Squares(ReadOnlySpan<float> vector) => -Compute(KernelSelection.Widest, Metric.DotProduct, vector, vector);

    private static void Check(Metric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> row)
    {
        if (!Enum.IsDefined(metric))
        {
            throw FlatIndexException.InvalidConfig($"a metric is one of {string.Join(", ", Enum.GetNames<Metric>())}, found {(byte)metric}");
        }

        if (query.IsEmpty)
        {
            throw FlatIndexException.InvalidConfig("a vector has at least 1 component, found 0");
        }

        if (query.Length != row.Length)
        {
            throw FlatIndexException.DimensionMismatch(query.Length, row.Length);
        }
    }
}

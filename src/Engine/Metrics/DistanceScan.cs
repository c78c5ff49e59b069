namespace IqdbFlat.Engine.Metrics;

/// <summary>One query by many rows: the canonical distance of each.</summary>
internal static unsafe class DistanceScan
{
    /// <summary>
    /// Writes the canonical distances (NaN as 0x7FC00000) of <paramref name="count"/> rows that lie one after the other,
    /// <see cref="PreparedQuery.Stride"/> floats each, padded with zeros.
    /// </summary>
    public static void Compute(PreparedQuery query, float* rows, int count, float* distances)
    {
        for (int row = 0; row < count; row++)
        {
            ReadOnlySpan<float> components = new(rows + ((long)row * query.Stride), query.Stride);
            distances[row] = ReferenceDistance.Compute(query.Metric, query.Padded, components);
        }
    }
}

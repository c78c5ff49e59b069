using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine.Metrics;

/// <summary>One query by many rows: the canonical distance of each.</summary>
internal static unsafe class DistanceScan
{
    /// <summary>
    /// Writes the canonical distances (NaN as 0x7FC00000) of <paramref name="count"/> rows that lie one after the other,
    /// <see cref="PreparedQuery.RowStride"/> floats apart, padded with zeros; <paramref name="rows"/> is where the first one's vector begins. Fastest where rows begin at 64 bytes; right at any address.
    /// </summary>
    public static void Compute(PreparedQuery query, float* rows, int count, float* distances) =>
        Compute(KernelSelection.Widest, query, rows, count, distances);

    /// <summary>The same by lanes of one kind, which the processor must support.</summary>
    /// <exception cref="PlatformNotSupportedException">The processor does not.</exception>
    public static void Compute(LanesKind lanes, PreparedQuery query, float* rows, int count, float* distances)
    {
        fixed (float* components = query.Padded)
        {
            RowsKernel kernel = new(components, query.Squares, rows, query.Stride, query.RowStride, count, distances);
            KernelSelection.Run(lanes, query.Metric, ref kernel);
        }
    }

    /// <summary>
    /// Writes the canonical distances of <paramref name="count"/> rows that lie apart: the row of a place begins at place times
    /// <see cref="PreparedQuery.RowStride"/> floats from <paramref name="rows"/>. Any order of places, any place more than once.
    /// </summary>
    public static void Gather(PreparedQuery query, float* rows, int* places, int count, float* distances) =>
        Gather(KernelSelection.Widest, query, rows, places, count, default, distances);

    /// <summary>The same, and asks early for rows that are gathered next.</summary>
    public static void Gather(PreparedQuery query, float* rows, int* places, int count, GatherNext next, float* distances) =>
        Gather(KernelSelection.Widest, query, rows, places, count, next, distances);

    /// <summary>The same by lanes of one kind, which the processor must support.</summary>
    /// <exception cref="PlatformNotSupportedException">The processor does not.</exception>
    public static void Gather(LanesKind lanes, PreparedQuery query, float* rows, int* places, int count, GatherNext next, float* distances)
    {
        fixed (float* components = query.Padded)
        {
            GatherKernel kernel = new(components, query.Squares, rows, query.Stride, query.RowStride, places, count, next, distances);
            KernelSelection.Run(lanes, query.Metric, ref kernel);
        }
    }
}

using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine.Metrics;

/// <summary>Several queries by many rows: the canonical distance of each pair.</summary>
internal static unsafe class DistanceTile
{
    /// <summary>
    /// Writes the canonical distance (NaN as 0x7FC00000) of query q and row r to <c>distances[q * pitch + r]</c>. Queries and rows lie one after the
    /// other, <paramref name="stride"/> floats each, padded with zeros. Fastest where both begin at 64 bytes; right at any address.
    /// </summary>
    /// <param name="metric">How distances are measured.</param>
    /// <param name="queries">The components of the queries.</param>
    /// <param name="querySquares">dot(query, query) of each for cosine; any numbers otherwise.</param>
    /// <param name="queryCount">Queries, 0 or more.</param>
    /// <param name="rows">The components of the rows.</param>
    /// <param name="stride">Floats from one vector to the next, a multiple of 16.</param>
    /// <param name="rowCount">Rows, 0 or more.</param>
    /// <param name="distances">Where the distances go.</param>
    /// <param name="pitch">Floats from one query's distances to the next's; at least the number of rows.</param>
    public static void Compute(
        Metric metric, float* queries, float* querySquares, int queryCount, float* rows, int stride, int rowCount, float* distances, int pitch) =>
        Compute(KernelSelection.Widest, metric, queries, querySquares, queryCount, rows, stride, rowCount, distances, pitch);

    /// <summary>The same by lanes of one kind, which the processor must support.</summary>
    /// <exception cref="PlatformNotSupportedException">The processor does not.</exception>
    public static void Compute(
        LanesKind lanes, Metric metric, float* queries, float* querySquares, int queryCount, float* rows, int stride, int rowCount, float* distances, int pitch)
    {
        TileKernel kernel = new(queries, querySquares, queryCount, rows, stride, rowCount, distances, pitch);
        KernelSelection.Run(lanes, metric, ref kernel);
    }
}

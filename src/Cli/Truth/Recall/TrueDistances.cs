using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Truth.Recall;

/// <summary>The canonical distances of the rows that answers name, computed from the files of rows and queries in one pass over the rows.</summary>
internal static class TrueDistances
{
    /// <summary>For each query, the distance of each row that its truth or its answer names.</summary>
    /// <exception cref="FlatIndexException">A row that the file does not have, with the query that names it.</exception>
    public static IReadOnlyDictionary<long, float>[] Compute(
        string rowsFile, IReadOnlyList<ReadOnlyMemory<float>> queries, Metric metric, IReadOnlyList<IEnumerable<long>> named, CancellationToken cancellationToken)
    {
        var wanted = new List<(long Row, int Query)>();
        for (int query = 0; query < named.Count; query++)
            wanted.AddRange(named[query].Where(row => row >= 0).Distinct().Select(row => (row, query)));
        wanted.Sort();
        var distances = new Dictionary<long, float>[named.Count];
        for (int query = 0; query < distances.Length; query++)
            distances[query] = [];

        using var rows = RowFiles.OpenVectors(rowsFile);
        if (rows.Dimension is { } dimension && dimension != queries[0].Length)
            throw FileProblem.Unsupported(rowsFile, $"expected rows of {queries[0].Length} components as the queries have, found {dimension}");
        long at = -1;
        foreach (var (row, query) in wanted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (row > at)
            {
                rows.Skip(row - at - 1);
                if (!rows.Read() || rows.RowsRead != row + 1)
                    throw FileProblem.Unsupported(rowsFile, $"an answer to query {query} (counted from 0) names row {row}, and the file has {rows.RowsRead} rows");
                at = row;
            }

            distances[query][row] = CanonicalDistance.Compute(metric, queries[query].Span, rows.Vector.Span);
        }

        return distances;
    }
}

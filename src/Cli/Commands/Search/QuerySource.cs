using System.Globalization;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Commands.Search;

/// <summary>The queries of one search command: read before anything is sent, except those of a whole file, which come batch by batch.</summary>
internal static class QuerySource
{
    /// <summary>Queries that go to the cluster together.</summary>
    private const int BatchQueries = 256;

    /// <summary>The vector of one row of a file.</summary>
    /// <exception cref="FlatIndexException">A file that cannot be read, or that has no such row.</exception>
    public static float[] ReadRow(string file, long row)
    {
        if (row < 0)
            throw FlatIndexException.InvalidConfig(Invariant($"--row is at least 0, found {row}"));
        using var reader = RowFiles.Open(file);
        long passed = reader.Skip(row);
        return passed == row && reader.Read()
            ? reader.Vector.ToArray()
            : throw FileProblem.Unsupported(file, Invariant($"expected a row {row} (counted from 0), found {passed} rows"));
    }

    /// <summary>All vectors of a file, in batches with the number of their first row. Rows before a bad one come before its error.</summary>
    public static IEnumerable<(long First, IReadOnlyList<ReadOnlyMemory<float>> Queries)> ReadAll(string file)
    {
        using var reader = RowFiles.Open(file);
        while (true)
        {
            long first = reader.RowsRead;
            var batch = new List<ReadOnlyMemory<float>>();
            FlatIndexException? problem = null;
            try
            {
                while (batch.Count < BatchQueries && reader.Read())
                    batch.Add(reader.Vector.ToArray());
            }
            catch (FlatIndexException error)
            {
                problem = error;
            }

            if (batch.Count > 0)
                yield return (first, batch);
            if (problem is not null)
                throw problem;
            if (batch.Count < BatchQueries)
                yield break;
        }
    }

    /// <summary>All vectors of a file together.</summary>
    /// <exception cref="FlatIndexException">A file that cannot be read, or that has none.</exception>
    public static IReadOnlyList<ReadOnlyMemory<float>> ReadWhole(string file)
    {
        ReadOnlyMemory<float>[] queries = [.. ReadAll(file).SelectMany(batch => batch.Queries)];
        return queries.Length > 0 ? queries : throw FileProblem.Unsupported(file, "expected at least one query, found none");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

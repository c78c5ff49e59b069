using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary>Brings rows into targets, batch by batch, and measures the insert calls alone: each batch lies ready in memory before.</summary>
internal static class BenchLoad
{
    /// <summary>Rows of a batch.</summary>
    public const int BatchRows = 1_000;

    private const int WarmFloats = 1 << 17;

    /// <summary>Queries of a bench, at most: all answers are in memory at once.</summary>
    public const int MostQueries = 100_000;

    /// <summary>Inserts rows into engines that are thrown away, so that what is measured afterwards is compiled for good.</summary>
    public static void Warm(int dimension)
    {
        // Methods are compiled anew once they have been called thirty times.
        const int Calls = 60;
        var vector = new float[dimension];
        Row[] rows = [.. Enumerable.Range(0, Math.Clamp(WarmFloats / dimension, 1, BatchRows)).Select(i => new Row((ulong)i, vector))];
        for (int call = 0; call < Calls; call++)
        {
            using var index = new FlatIndex(dimension, Metric.Euclidean);
            index.InsertBatch(rows);
        }
    }

    /// <summary>Reads all rows into all targets.</summary>
    /// <returns>For each target, the seconds of its insert calls.</returns>
    public static async Task<double[]> RunAsync(RowReader reader, IBenchTarget[] targets, Terminal terminal, CancellationToken cancellationToken)
    {
        int dimension = reader.Dimension!.Value;
        double[] seconds = new double[targets.Length];
        var vectors = new float[BatchRows * dimension];
        List<Row> batch = new(BatchRows);
        using var progress = new RowProgress(terminal, "load", reader.RowCount);
        while (Read(reader, vectors, batch))
        {
            for (int i = 0; i < targets.Length; i++)
            {
                long started = terminal.Time.GetTimestamp();
                await targets[i].InsertAsync(batch, cancellationToken);
                seconds[i] += terminal.Time.GetElapsedTime(started).TotalSeconds;
            }

            progress.Report(reader.RowsRead);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return seconds;
    }

    /// <summary>All queries, each with memory of its own.</summary>
    /// <exception cref="FlatIndexException">There are none, or they have another dimension than the rows.</exception>
    public static IReadOnlyList<ReadOnlyMemory<float>> ReadQueries(RowReader reader, int dimension)
    {
        if (reader.Dimension is { } found && found != dimension)
            throw FlatIndexException.DimensionMismatch(dimension, found);
        List<ReadOnlyMemory<float>> queries = [];
        while (reader.Read())
        {
            if (queries.Count == MostQueries)
                throw FlatIndexException.InvalidConfig($"expected at most {MostQueries} queries, found more");
            queries.Add(reader.Vector.ToArray());
        }

        return queries.Count > 0 ? queries : throw FlatIndexException.InvalidConfig("expected at least 1 query, found none");
    }

    private static bool Read(RowReader reader, float[] vectors, List<Row> batch)
    {
        batch.Clear();
        while (batch.Count < BatchRows && reader.Read())
        {
            var vector = vectors.AsMemory(batch.Count * reader.Vector.Length, reader.Vector.Length);
            reader.Vector.CopyTo(vector);
            batch.Add(new(reader.Id, vector, reader.Metadata));
        }

        return batch.Count > 0;
    }
}

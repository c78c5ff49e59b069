using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary>
/// Searches with a filter beside searches without one, on the engine, one query a call. Each with the filter follows one without, so that neither
/// finds in the caches what the other has just read.
/// </summary>
internal sealed class FilterComparison(FlatIndex index, BenchSettings settings, TimeProvider time)
{
    private readonly SearchOptions _filtered = new() { Plan = settings.Plan, Filter = settings.Filter };
    private readonly SearchOptions _unfiltered = new() { Plan = settings.Plan };

    /// <summary>Adds what the filter selects and, where that is asked for, the measurement to a report.</summary>
    public BenchReport AddTo(BenchReport report, IReadOnlyList<ReadOnlyMemory<float>> queries, CancellationToken cancellationToken)
    {
        var counts = index.Search(queries[0].Span, 1, _filtered, cancellationToken).Explain;
        report = report with { RowsSelected = counts.Rows - counts.Filtered };
        if (!settings.CompareUnfiltered)
            return report;

        // Once for the compiler, whose second opinion of a method comes after thirty calls.
        Measure(queries, 1, cancellationToken);
        var (first, kept, firstRatio, keptRatio, unfiltered) = Measure(queries, settings.Repeat, cancellationToken);
        return report with
        {
            FirstUseMs = Rounded(first),
            KeptFilterMs = Rounded(kept),
            UnfilteredMs = Rounded(unfiltered),
            FirstUseRatio = Rounded(firstRatio),
            KeptFilterRatio = Rounded(keptRatio),
        };
    }

    private (Samples First, Samples Kept, Samples FirstRatio, Samples KeptRatio, Samples Unfiltered) Measure(
        IReadOnlyList<ReadOnlyMemory<float>> queries, int repeat, CancellationToken cancellationToken)
    {
        int calls = queries.Count * repeat;
        var (first, kept, firstRatio, keptRatio, unfiltered) = (new Samples(calls), new Samples(calls), new Samples(calls), new Samples(calls), new Samples(2 * calls));
        for (int call = 0; call < calls; call++)
        {
            var query = queries[call % queries.Count];
            double without = TimeOf(query, _unfiltered, out _, cancellationToken);
            index.Snapshot.ForgetFilters();
            double fresh = TimeOf(query, _filtered, out var freshAnswer, cancellationToken);
            double withoutAgain = TimeOf(query, _unfiltered, out _, cancellationToken);
            double again = TimeOf(query, _filtered, out var keptAnswer, cancellationToken);
            if (AnswerDigest.Of([freshAnswer.Hits]) != AnswerDigest.Of([keptAnswer.Hits]))
                throw new IOException("answers differ between the first use of a filter and the next");
            first.Add(fresh);
            kept.Add(again);
            unfiltered.Add(without);
            unfiltered.Add(withoutAgain);
            firstRatio.Add(without / fresh);
            keptRatio.Add(withoutAgain / again);
        }

        return (first, kept, firstRatio, keptRatio, unfiltered);
    }

    private double TimeOf(ReadOnlyMemory<float> query, SearchOptions options, out SearchResult answer, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        answer = index.Search(query.Span, settings.K, options, cancellationToken);
        return time.GetElapsedTime(began).TotalMilliseconds;
    }

    private static double Rounded(Samples samples) => Math.Round(samples.Median(), 4);
}

using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench.Telemetry;

/// <summary>
/// Searches while silos and client send all their metrics and spans to a collector, beside the same searches while nobody listens, in the same processes:
/// in pairs of turns, each way first in every other pair, so that a change of the machine's mood touches both alike.
/// </summary>
internal sealed class TelemetryComparison(ClusterTarget target, BenchSettings settings, TimeProvider time)
{
    private const int PairsOfRepeat = 10;

    // A turn begins with calls that do not count: threads wake, and the exporters of the turn connect.
    private const int CallsBefore = 15;
    private const int Calls = 30;

    private readonly Samples _off = new(0);
    private readonly Samples _on = new(0);
    private readonly Samples _ratios = new(0);

    /// <summary>Measures, and adds the figures to a report.</summary>
    /// <exception cref="IOException">An answer differs, or nothing came to the collector.</exception>
    public async Task<BenchReport> AddToAsync(
        BenchReport report, IReadOnlyList<ReadOnlyMemory<float>> queries, IReadOnlyList<IReadOnlyList<Hit>> expected, CancellationToken cancellationToken)
    {
        await using var collector = await Collector.StartAsync(keeps: false, cancellationToken);
        // Once for the compiler.
        await OnAsync();
        await OffAsync();
        for (int pair = 0; pair < (settings.Quick ? 2 : PairsOfRepeat * settings.Repeat); pair++)
        {
            double off = pair % 2 == 0 ? await OffAsync() : 0;
            double on = await OnAsync();
            off = pair % 2 == 0 ? off : await OffAsync();
            _off.Add(off);
            _on.Add(on);
            _ratios.Add(on / off);
        }

        return report with
        {
            MedianMs = Rounded(_off.Median()),
            TelemetryMedianMs = Rounded(_on.Median()),
            TelemetryRatio = Rounded(_ratios.Median()),
            TelemetryRatioQuartiles = [Rounded(_ratios.Percentile(0.25)), Rounded(_ratios.Percentile(0.75))],
        };

        async Task<double> OnAsync()
        {
            await using var telling = await Telling.BeginAsync(target.Silos, collector, cancellationToken);
            return await TurnAsync(queries, expected, cancellationToken);
        }

        Task<double> OffAsync() => TurnAsync(queries, expected, cancellationToken);
    }

    /// <returns>The median of a search in milliseconds.</returns>
    private async Task<double> TurnAsync(IReadOnlyList<ReadOnlyMemory<float>> queries, IReadOnlyList<IReadOnlyList<Hit>> expected, CancellationToken cancellationToken)
    {
        var taken = new Samples(Calls);
        var answer = new IReadOnlyList<Hit>[1];
        for (int call = -CallsBefore; call < Calls; call++)
        {
            int query = (call + CallsBefore) % queries.Count;
            long began = time.GetTimestamp();
            await target.SearchAsync([queries[query]], answer, cancellationToken);
            if (call >= 0)
                taken.Add(time.GetElapsedTime(began).TotalMilliseconds);
            if (AnswerDigest.Of(answer) != AnswerDigest.Of([expected[query]]))
                throw new IOException($"the answer to query {query} differs from the one before");
        }

        return taken.Median();
    }

    private static double Rounded(double value) => Math.Round(value, 4);
}

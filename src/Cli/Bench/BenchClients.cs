using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary>
/// Measures many clients that search at once, each with one query a call, beside one client that does so alone: in turns, so that a change of the
/// machine's mood touches both alike. Every answer is compared with the one that the query has.
/// </summary>
internal sealed class BenchClients(
    IBenchTarget target, IReadOnlyList<ReadOnlyMemory<float>> queries, IReadOnlyList<IReadOnlyList<Hit>> expected, int clients, bool quick, TimeProvider time)
{
    private const int Rounds = 7;

    private readonly TimeSpan _turn = TimeSpan.FromMilliseconds(quick ? 20 : 500);
    private readonly Samples _alone = new(Rounds);
    private readonly Samples _together = new(Rounds);
    private readonly Samples _ratios = new(Rounds);

    /// <summary>Queries a second of one client, the median of all turns.</summary>
    public double AlonePerSecond => _alone.Median();

    /// <summary>Queries a second of all clients together, the median of all turns.</summary>
    public double PerSecond => _together.Median();

    /// <summary>How much faster they are together, the median of all pairs of turns.</summary>
    public double Ratio => _ratios.Median();

    /// <summary>Measures, after a turn of each that does not count.</summary>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        await TurnAsync(clients, cancellationToken);
        for (int round = 0; round < Rounds; round++)
        {
            double alone = await TurnAsync(1, cancellationToken);
            double together = await TurnAsync(clients, cancellationToken);
            _alone.Add(alone);
            _together.Add(together);
            _ratios.Add(together / alone);
        }
    }

    /// <summary>Lets clients search until the turn is over, and each once at least, even where its thread starts late; each begins with another query.</summary>
    /// <returns>Queries a second.</returns>
    private async Task<double> TurnAsync(int count, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        long[] answered = await Task.WhenAll(Enumerable.Range(0, count).Select(client => Task.Factory.StartNew(
            () => SearchAsync(client * queries.Count / count, started, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));
        return answered.Sum() / time.GetElapsedTime(started).TotalSeconds;
    }

    private async Task<long> SearchAsync(int query, long started, CancellationToken cancellationToken)
    {
        var answer = new IReadOnlyList<Hit>[1];
        long answered = 0;
        do
        {
            await target.SearchAsync([queries[query]], answer, cancellationToken);
            if (!IsSame(expected[query], answer[0]))
                throw new IOException($"answers to query {query} differ among clients");
            answered++;
            query = (query + 1) % queries.Count;
        }
        while (time.GetElapsedTime(started) < _turn);

        return answered;
    }

    private static bool IsSame(IReadOnlyList<Hit> expected, IReadOnlyList<Hit> found)
    {
        if (expected.Count != found.Count)
            return false;
        for (int i = 0; i < found.Count; i++)
        {
            if (expected[i].Id != found[i].Id || BitConverter.SingleToUInt32Bits(expected[i].Distance) != BitConverter.SingleToUInt32Bits(found[i].Distance))
                return false;
        }

        return true;
    }
}

using IqdbFlat.Engine;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Cli.Bench;

/// <summary>
/// Measures searches. Calls go in groups; after each group the machine's read bandwidth is measured over the same rows, so that a change of
/// the machine's mood touches both alike.
/// </summary>
internal sealed class BenchRun
{
    private const int FewestProbes = 21;
    private const int MostProbes = 101;
    private const int CallsOfProbe = 20;
    private const int UsualWarmCalls = 100;
    private static readonly TimeSpan WarmTime = TimeSpan.FromSeconds(2);

    private readonly ReadOnlyMemory<float>[][] _batches;
    private readonly IReadOnlyList<Hit>[] _unused;
    private readonly RowSnapshot _rows;
    private readonly int _threads;
    private readonly int _warmCalls;
    private readonly TimeProvider _time;

    /// <summary>Prepares.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="batch">Queries of one call.</param>
    /// <param name="rows">Rows to measure the read bandwidth with.</param>
    /// <param name="threads">Threads to measure it with.</param>
    /// <param name="quick">Whether one call warms up in place of many.</param>
    /// <param name="time">The clock.</param>
    public BenchRun(IReadOnlyList<ReadOnlyMemory<float>> queries, int batch, RowSnapshot rows, int threads, bool quick, TimeProvider time)
    {
        _batches = [.. queries.Chunk(batch)];
        _unused = new IReadOnlyList<Hit>[Math.Min(batch, queries.Count)];
        _rows = rows;
        _threads = threads;
        _warmCalls = quick ? 1 : UsualWarmCalls;
        _time = time;
    }

    /// <summary>Bytes a second that were read, in each probe.</summary>
    public Samples Bandwidth { get; } = new(MostProbes);

    /// <summary>The answers to all queries, once, outside of any measurement.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<Hit>>> AnswerAsync(IBenchTarget target, CancellationToken cancellationToken)
    {
        List<IReadOnlyList<Hit>> answers = [];
        foreach (var batch in _batches)
        {
            var some = new IReadOnlyList<Hit>[batch.Length];
            await target.SearchAsync(batch, some, cancellationToken);
            answers.AddRange(some);
        }

        return answers;
    }

    /// <summary>
    /// Measures targets side by side: a group of calls goes to one, then the same group to the next. Groups, not single calls, because a cluster
    /// whose threads fall asleep while another target is measured is not the one that a busy service sees.
    /// </summary>
    /// <param name="targets">The targets; they hold the same rows.</param>
    /// <param name="repeat">How often all queries are measured.</param>
    /// <param name="expected">The digest that every pass must have.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<BenchMeasurement[]> MeasureAsync(IBenchTarget[] targets, int repeat, string expected, CancellationToken cancellationToken)
    {
        int calls = _batches.Length * repeat;
        var measurements = Array.ConvertAll(targets, _ => new BenchMeasurement(calls));
        for (int i = 0; i < targets.Length; i++)
            measurements[i].AllocatedPerQuery = await WarmAsync(targets[i], cancellationToken);
        var answers = Array.ConvertAll(targets, _ => Array.ConvertAll(_batches, batch => new IReadOnlyList<Hit>[batch.Length]));
        int probes = Math.Clamp(calls / CallsOfProbe, FewestProbes, MostProbes);
        int first = 0;
        for (int probe = 1; probe <= probes; probe++)
        {
            int end = (int)((long)calls * probe / probes);
            for (int i = 0; i < targets.Length; i++)
            {
                for (int call = first; call < end; call++)
                {
                    int batch = call % _batches.Length;
                    await MeasureCallAsync(targets[i], measurements[i], _batches[batch], answers[i][batch], cancellationToken);
                    if (batch == _batches.Length - 1)
                        Check(answers[i], expected);
                }
            }

            first = end;
            Probe();
        }

        return measurements;
    }

    private static void Check(IReadOnlyList<Hit>[][] pass, string expected)
    {
        string digest = AnswerDigest.Of(pass.SelectMany(answers => answers));
        if (digest != expected)
            throw new IOException($"answers to the same queries differ: digest {digest}, expected {expected}");
    }

    private async Task MeasureCallAsync(
        IBenchTarget target, BenchMeasurement measurement, ReadOnlyMemory<float>[] queries, IReadOnlyList<Hit>[] answers, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        var cost = await target.SearchAsync(queries, answers, cancellationToken);
        var elapsed = _time.GetElapsedTime(started);
        measurement.Seconds += elapsed.TotalSeconds;
        measurement.Cost += cost;
        measurement.Queries += queries.Length;
        measurement.QueryMilliseconds.Add(elapsed.TotalMilliseconds / queries.Length);
        measurement.ShardMilliseconds.Add(cost.SlowestShard.TotalMilliseconds / queries.Length);
        measurement.AroundMilliseconds.Add((elapsed - cost.SlowestShard).TotalMilliseconds / queries.Length);
    }

    /// <summary>
    /// Warms up, since methods are compiled anew once they have been called thirty times, and then counts what is allocated: not
    /// while time is measured, because counting stops all threads.
    /// </summary>
    /// <returns>Bytes of managed memory that a query takes in this process.</returns>
    private async Task<long> WarmAsync(IBenchTarget target, CancellationToken cancellationToken)
    {
        await CallAsync(target, cancellationToken);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        long queries = await CallAsync(target, cancellationToken);
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / queries;
    }

    /// <summary>Calls the target a hundred times, or for two seconds, at least once.</summary>
    /// <returns>The queries that it answered.</returns>
    private async Task<long> CallAsync(IBenchTarget target, CancellationToken cancellationToken)
    {
        long queries = 0;
        long started = _time.GetTimestamp();
        for (int call = 0; call == 0 || (call < _warmCalls && _time.GetElapsedTime(started) < WarmTime); call++)
        {
            var batch = _batches[call % _batches.Length];
            await target.SearchAsync(batch, _unused, cancellationToken);
            queries += batch.Length;
        }

        return queries;
    }

    private void Probe()
    {
        long bytes = (long)_rows.Count * _rows.Dimension * sizeof(float);
        if (bytes >= (long)_threads * ReadBandwidthProbe.Block)
            Bandwidth.Add(ReadBandwidthProbe.Measure(_rows, _threads, _time));
    }
}

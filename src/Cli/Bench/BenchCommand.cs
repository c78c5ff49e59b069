using IqdbFlat.Cli.Bench.Telemetry;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Cli.Bench;

/// <summary><c>bench</c>: measures searches against this machine's own read bandwidth, and digests their answers.</summary>
internal sealed class BenchCommand : CliCommand
{
    private const double Giga = 1e9;
    private readonly BenchArguments _arguments = new();

    /// <summary>The command.</summary>
    public BenchCommand(Terminal terminal)
        : base("bench", "Measures searches of the engine, or of shards over TCP, against this machine's read bandwidth; same digest, same answers.", terminal) =>
        _arguments.AddTo(this);

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = _arguments.Read(context.Values);
        using var rows = settings.Source.OpenRows();
        int dimension = rows.Dimension ?? throw FlatIndexException.InvalidConfig("expected at least 1 row, found none");
        var queries = ReadQueries(settings, dimension);
        using var files = new AnswerFiles(settings.Results, settings.Distances);
        using var index = new FlatIndex(dimension, settings.Metric, new() { Threads = settings.Threads, Time = context.Terminal.Time });
        await using var engine = new EngineTarget(index, settings.K, settings.Plan, settings.Filter);
        await using var cluster = settings.Shards == 0 ? null : await ClusterTarget.StartAsync(dimension, settings, cancellationToken);
        if (!settings.Quick)
            BenchLoad.Warm(dimension);
        var seconds = await BenchLoad.RunAsync(rows, cluster is null ? [engine] : [engine, cluster], context.Terminal, cancellationToken);

        var run = new BenchRun(queries, settings.Batch, index.Snapshot, settings.Threads, settings.Quick, context.Terminal.Time);
        IBenchTarget measured = cluster is null ? engine : cluster;
        var answers = await run.AnswerAsync(measured, cancellationToken);
        string digest = AnswerDigest.Of(answers);
        var plainScan = settings.CompareScan ? (cluster is null ? new EngineTarget(index, settings.K, SearchPlan.Scan, settings.Filter) : cluster.With(SearchPlan.Scan)) : null;
        var measurements = await run.MeasureAsync(Compared(settings, measured, engine, plainScan), settings.Repeat, digest, cancellationToken);
        files.Write(answers);
        var report = Report(settings, index, queries.Count, seconds, run, measurements, digest);
        if (settings.Filter is { } filter)
        {
            var comparison = new FilterComparison(index, settings, context.Terminal.Time);
            report = comparison.AddTo(report with { Filter = FilterText.Format(filter) }, queries, cancellationToken);
        }

        if (settings.CompareTelemetry)
            report = await new TelemetryComparison(cluster!, settings, context.Terminal.Time).AddToAsync(report, queries, answers, cancellationToken);

        (settings.Clients == 1 ? report : await WithClientsAsync(report, new(measured, queries, answers, settings.Clients, settings.Quick, context.Terminal.Time), settings.Clients, cancellationToken))
            .Print(context);
        return ExitCode.Ok;
    }

    /// <summary>The target that is measured, then the one beside it where that is asked for, and last the plain scan.</summary>
    private static IBenchTarget[] Compared(BenchSettings settings, IBenchTarget measured, IBenchTarget engine, IBenchTarget? plainScan)
    {
        List<IBenchTarget> targets = [measured];
        if (settings.CompareEngine)
            targets.Add(engine);
        else if (settings.CompareSingle)
            targets.Add(new SinglesTarget(measured));
        if (plainScan is not null)
            targets.Add(plainScan);
        return [.. targets];
    }

    private static async Task<BenchReport> WithClientsAsync(BenchReport report, BenchClients clients, int count, CancellationToken cancellationToken)
    {
        await clients.MeasureAsync(cancellationToken);
        return report with
        {
            Clients = count,
            QueriesPerSecond = Rounded(clients.PerSecond),
            OneClientQueriesPerSecond = Rounded(clients.AlonePerSecond),
            ClientsRatio = Rounded(clients.Ratio),
        };
    }

    private static IReadOnlyList<ReadOnlyMemory<float>> ReadQueries(BenchSettings settings, int dimension)
    {
        using var reader = settings.Source.OpenQueries();
        return BenchLoad.ReadQueries(reader, dimension);
    }

    private static BenchReport Report(
        BenchSettings settings, FlatIndex index, int queries, double[] seconds, BenchRun run, BenchMeasurement[] measurements, string digest)
    {
        var measured = measurements[0];
        double median = measured.QueryMilliseconds.Median();
        double bandwidth = run.Bandwidth.Median() / Giga;
        double scan = median > 0 ? measured.Cost.BytesRead / (double)measured.Queries / (median / 1000) / Giga : 0;
        double? plain = settings.CompareScan ? measurements[^1].QueryMilliseconds.Median() : null;
        double? engine = settings.CompareEngine ? measurements[1].QueryMilliseconds.Median() : null;
        return new()
        {
            N = index.Count,
            Dim = index.Dimension,
            Metric = settings.Metric.ToString().ToLowerInvariant(),
            K = settings.K,
            Threads = settings.Threads,
            Shards = settings.Shards,
            Batch = settings.Batch,
            BandwidthGbps = Rounded(bandwidth),
            ScanGbps = Rounded(scan),
            Plan = settings.Plan.ToString().ToLowerInvariant(),
            RowsPruned = measured.Cost.RowsPruned / measured.Queries,
            BytesRead = measured.Cost.BytesRead / measured.Queries,
            MedianMs = Rounded(median),
            P99Ms = Rounded(measured.QueryMilliseconds.Percentile(0.99)),
            QueriesPerSecond = Rounded(measured.Queries / measured.Seconds),
            AllocatedBytesPerQuery = measured.AllocatedPerQuery,
            Digest = digest,
            Data = settings.Source.Name,
            Queries = queries,
            Repeat = settings.Repeat,
            ScanShare = bandwidth > 0 ? Rounded(scan / bandwidth) : 0,
            VectorBits = VectorWidth.Bits,
            IngestRowsPerSecond = Math.Round(index.Count / seconds[0]),
            MemoryBytes = index.Stats.MemoryBytes,
            MemoryFactor = Rounded(index.Stats.MemoryBytes / ((double)index.Count * index.Dimension * sizeof(float))),
            ShardsIngestRowsPerSecond = seconds.Length > 1 ? Math.Round(index.Count / seconds[1]) : 0,
            EngineMedianMs = engine is { } alone ? Rounded(alone) : null,
            SingleQueriesPerSecond = settings.CompareSingle ? Rounded(measurements[1].Queries / measurements[1].Seconds) : null,
            BatchRatio = settings.CompareSingle && median > 0 ? Rounded(measurements[1].QueryMilliseconds.Median() / median) : null,
            PlainMedianMs = plain is { } scanned ? Rounded(scanned) : null,
            TimesFaster = plain is { } slower && median > 0 ? Rounded(slower / median) : null,
            Silos = settings.Shards == 0 ? 0 : settings.Silos,
            ShardMedianMs = settings.Shards == 0 ? null : Rounded(measured.ShardMilliseconds.Median()),
            AroundMedianMs = settings.Shards == 0 ? null : Rounded(measured.AroundMilliseconds.Median()),
            OverheadMs = engine is { } without ? Rounded(median - without) : null,
        };
    }

    private static double Rounded(double value) => Math.Round(value, 4);
}

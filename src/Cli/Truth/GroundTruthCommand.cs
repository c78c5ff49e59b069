using System.CommandLine;
using System.Globalization;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Commands.Search;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Output;
using IqdbFlat.Cli.Truth.Files;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Truth;

/// <summary><c>ground-truth</c>: the exact nearest rows of a file for each query of another, in one pass.</summary>
internal sealed class GroundTruthCommand : ClusterCommand
{
    private readonly Option<string?> _base = new("--base") { Description = "The rows, in any form without ids of its own; - for standard input", HelpName = "FILE" };
    private readonly Option<string?> _index = new("--index") { Description = "Instead of --base: an index of a cluster, to which the rows were written by ingest", HelpName = "NAME" };
    private readonly Option<string> _queries = new("--queries") { Description = "The queries, likewise", HelpName = "FILE", Required = true };
    private readonly Option<string> _metric = new("--metric") { Description = MetricText.Names, HelpName = "M", DefaultValueFactory = _ => "euclidean" };
    private readonly Option<int> _k = new("--k") { Description = "Hits of each answer", HelpName = "K", DefaultValueFactory = _ => 100 };
    private readonly Option<string> _out = new("--out") { Description = $"Where the answers go: a name that ends in {AnswerFile.Known}", HelpName = "OUT", Required = true };
    private readonly Option<string?> _distances = new("--distances") { Description = "Where the distances go (.fvecs or .fbin), for .ivecs and .ibin, which hold ids alone", HelpName = "OUT" };
    private readonly Option<string> _memory = new("--memory") { Description = "Memory that the process may take, however large the files", HelpName = "SIZE", DefaultValueFactory = _ => "1GiB" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads that measure; as many as there are processors where it is not given", HelpName = "T", DefaultValueFactory = _ => Environment.ProcessorCount };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from where an earlier run was stopped: the answers are the same" };

    /// <summary>The command.</summary>
    public GroundTruthCommand(Terminal terminal)
        : base("ground-truth", "Find the exact nearest rows of a file, read once, or of a cluster for each query of another file", terminal) =>
        Declare(_base, _index, _queries, _metric, _k, _out, _distances, _memory, _threads, _resume);

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = Read(context.Values);
        var (file, name) = (context.Values.GetValue(_base), context.Values.GetValue(_index));
        if (file is null == name is null)
            throw FlatIndexException.InvalidConfig($"expected either --base or --index, found {(file is null ? "neither" : "both")}");
        AnswerFile.CheckNames(settings.Output, settings.Distances);
        if (settings.Resume && file == RowFiles.StandardInput)
            throw FlatIndexException.InvalidConfig("--resume reads the rows from their beginning again: expected a file, found standard input");
        if (name is not null && new[] { (Option)_memory, _threads }.FirstOrDefault(option => context.Values.GetResult(option) is { Implicit: false }) is { } local)
            throw FlatIndexException.InvalidConfig($"{local.Name} is for rows that are read here: expected it with --base, found --index");
        var queries = QuerySource.ReadWhole(settings.Queries);
        if (file is not null)
        {
            await AnswerAsync(context, settings, new FileTruth(settings, file, context), queries, cancellationToken);
            return ExitCode.Ok;
        }

        await using var cluster = await ConnectAsync(context, cancellationToken);
        var index = await cluster.Client.OpenAsync(name!, cancellationToken);
        await AnswerAsync(context, settings, new ClusterTruth(settings, index, context), queries, cancellationToken);
        return ExitCode.Ok;
    }

    private static async Task AnswerAsync(
        CommandContext context, TruthSettings settings, ITruthSource source, IReadOnlyList<ReadOnlyMemory<float>> queries, CancellationToken cancellationToken)
    {
        long started = context.Terminal.Time.GetTimestamp();
        var answers = await source.AnswerAsync(queries, cancellationToken);
        AnswerFile.Write(settings.Output, settings.Distances, [.. answers.Select(Of)]);
        TruthCheckpoint.Forget(settings.Output);
        Report(context, settings, source, queries.Count, context.Terminal.Time.GetElapsedTime(started));
    }

    private static Answer Of(IReadOnlyList<StreamHit> hits) => new([.. hits.Select(hit => hit.Row)], [.. hits.Select(hit => hit.Distance)]);

    private static void Report(CommandContext context, TruthSettings settings, ITruthSource source, int queries, TimeSpan elapsed)
    {
        double pairs = elapsed > TimeSpan.Zero ? source.Rows * (1 - source.Resumed) * queries / elapsed.TotalSeconds : 0;
        if (!context.Json)
        {
            string resumed = source.Resumed > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({source.Resumed * 100:0} % of it by an earlier run)") : "";
            context.Terminal.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{settings.Output}: the {settings.K} nearest of {Quantity.Count(source.Rows)} rows for {Quantity.Count(queries)} queries{resumed}, {Quantity.Duration(elapsed)}, {pairs / 1e6:0} million pairs/s"));
            return;
        }

        JsonOutput.Write(context.Terminal.Output, json =>
        {
            json.WriteStartObject();
            json.WriteString("out", settings.Output);
            json.WriteNumber("rows", source.Rows);
            json.WriteNumber("resumed_share", source.Resumed);
            json.WriteNumber("queries", queries);
            json.WriteNumber("k", settings.K);
            json.WriteString("metric", settings.Metric.ToString().ToLowerInvariant());
            json.WriteNumber("seconds", elapsed.TotalSeconds);
            json.WriteNumber("pairs_per_second", pairs);
            json.WriteNumber("peak_memory_bytes", Bench.ProcessMemory.Peak);
            json.WriteNumber("memory_budget_bytes", settings.Memory);
            json.WriteEndObject();
        });
    }

    private TruthSettings Read(ParseResult values) => new(
        values.GetRequiredValue(_queries),
        MetricText.Parse(values.GetRequiredValue(_metric)),
        OptionCheck.InRange("--k", values.GetValue(_k), 1, Limits.Hits),
        values.GetRequiredValue(_out),
        values.GetValue(_distances),
        ByteSize.Parse("--memory", values.GetRequiredValue(_memory)),
        OptionCheck.InRange("--threads", values.GetValue(_threads), 1, 1_024),
        values.GetValue(_resume));
}

using System.CommandLine;
using System.Globalization;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Commands.Search;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Output;
using IqdbFlat.Cli.Truth.Files;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Truth.Recall;

/// <summary><c>recall</c>: how much of the truth the answers of any index have, ties counted honestly.</summary>
internal sealed class RecallCommand : CliCommand
{
    private readonly Option<string> _truth = new("--truth") { Description = $"The true answers: a name that ends in {AnswerFile.Known}", HelpName = "FILE", Required = true };
    private readonly Option<string?> _truthDistances = new("--truth-distances") { Description = "Their distances (.fvecs or .fbin), where the truth is .ivecs or .ibin", HelpName = "FILE" };
    private readonly Option<string> _results = new("--results") { Description = "The answers to measure, in any of these forms; distances in it are not asked", HelpName = "FILE", Required = true };
    private readonly Option<int?> _k = new("--k") { Description = "Rows of each answer that count; as many as the truth has where it is not given", HelpName = "K" };
    private readonly Option<string?> _base = new("--base") { Description = "The rows: distances are then computed and no tie is in doubt", HelpName = "FILE" };
    private readonly Option<string?> _queries = new("--queries") { Description = "With --base: the queries", HelpName = "FILE" };
    private readonly Option<string?> _metric = new("--metric") { Description = $"With --base: {MetricText.Names}", HelpName = "M" };
    private readonly Option<string?> _plot = new("--plot") { Description = "Draw recall against k", HelpName = "OUT.svg" };

    /// <summary>The command.</summary>
    public RecallCommand(Terminal terminal)
        : base("recall", "Measure the answers of any index against the truth, by distance and not by id alone", terminal)
    {
        foreach (Option option in (Option[])[_truth, _truthDistances, _results, _k, _base, _queries, _metric, _plot])
            Add(option);
    }

    /// <inheritdoc/>
    protected override Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var values = context.Values;
        string truthFile = values.GetRequiredValue(_truth);
        string resultsFile = values.GetRequiredValue(_results);
        IReadOnlyList<Answer> truth = [.. AnswerFile.Read(truthFile, values.GetValue(_truthDistances)).Select(answer => answer.OfRows())];
        var results = AnswerFile.Read(resultsFile, null);
        if (truth.Count == 0)
            throw FileProblem.Unsupported(truthFile, "expected the answer of at least one query, found none");
        if (results.Count != truth.Count)
            throw FileProblem.Unsupported(resultsFile, $"expected the answers of {truth.Count} queries as in {truthFile}, found {results.Count}");
        int k = CheckedK(truthFile, truth, values.GetValue(_k));

        var computed = Compute(values, truth, results, cancellationToken);
        if (computed is null)
            CheckOrder(truthFile, truth);
        var report = new RecallReport([.. truth.Select((answer, i) => new AnswerRecall(answer, results[i].Ids, computed?[i]))], k);
        string by = computed is not null ? "by distances computed from the rows"
            : truth[0].Distances is not null ? "by the distances in the truth" : "by id alone: the truth has no distances";
        Print(context, report, by);
        if (values.GetValue(_plot) is { } plot)
            RecallPlot.Write(plot, $"{Path.GetFileName(resultsFile)} against {Path.GetFileName(truthFile)}, {report.Queries} queries", report);
        return Task.FromResult(ExitCode.Ok);
    }

    private static int CheckedK(string file, IReadOnlyList<Answer> truth, int? asked)
    {
        int shortest = 0;
        for (int i = 1; i < truth.Count; i++)
        {
            if (truth[i].Ids.Length < truth[shortest].Ids.Length)
                shortest = i;
        }

        int most = truth[shortest].Ids.Length;
        if (most == 0)
            throw FileProblem.BadRow(file, shortest, "expected at least one row that is near, found none");
        int k = asked ?? most;
        return k >= 1 && k <= most
            ? k
            : throw FlatIndexException.InvalidConfig($"expected --k from 1 to {most}, the rows that {file} has for query {shortest} (counted from 0), found {k}");
    }

    /// <summary>A truth whose numbers fall is one of similarities: its ties would be taken the wrong way round.</summary>
    private static void CheckOrder(string file, IReadOnlyList<Answer> truth)
    {
        for (int i = 0; i < truth.Count; i++)
        {
            if (truth[i].Distances is { Length: > 0 } distances && distances[0] > distances[^1])
                throw FileProblem.BadRow(file, i, "expected distances that rise (smaller is nearer), found ones that fall; with --base, --queries and --metric they are computed");
        }
    }

    private IReadOnlyDictionary<long, float>[]? Compute(ParseResult values, IReadOnlyList<Answer> truth, IReadOnlyList<Answer> results, CancellationToken cancellationToken)
    {
        var (rows, queriesFile, metric) = (values.GetValue(_base), values.GetValue(_queries), values.GetValue(_metric));
        if (rows is null && queriesFile is null && metric is null)
            return null;
        if (rows is null || queriesFile is null || metric is null)
            throw FlatIndexException.InvalidConfig("expected --base, --queries and --metric together, found some of them");
        var kind = MetricText.Parse(metric);
        var queries = QuerySource.ReadWhole(queriesFile);
        if (queries.Count != truth.Count)
            throw FileProblem.Unsupported(queriesFile, $"expected {truth.Count} queries as the truth has answers, found {queries.Count}");
        return TrueDistances.Compute(rows, queries, kind, [.. truth.Zip(results, (known, found) => known.Ids.Concat(found.Ids))], cancellationToken);
    }

    private static void Print(CommandContext context, RecallReport report, string by)
    {
        if (context.Json)
        {
            JsonOutput.Write(context.Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.WriteNumber("queries", report.Queries);
                json.WriteString("measured", by);
                json.WriteStartArray("recall");
                foreach (var depth in report.Depths)
                {
                    json.WriteStartObject();
                    json.WriteNumber("k", depth.K);
                    json.WriteNumber("mean", depth.Mean);
                    json.WriteNumber("mean_at_most", depth.MostMean);
                    json.WriteNumber("reached_by_95_percent", depth.Quantile(0.05));
                    json.WriteNumber("least", depth.Quantile(0));
                    json.WriteNumber("perfect_queries", depth.Perfect);
                    json.WriteNumber("uncertain_queries", depth.Uncertain);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
            return;
        }

        var table = new ResultTable(">k", ">mean recall", ">95 % reach", ">least", ">perfect queries");
        foreach (var depth in report.Depths)
        {
            string mean = depth.Uncertain == 0 ? Share(depth.Mean) : $"{Share(depth.Mean)} to {Share(depth.MostMean)}";
            table.Add(Quantity.Count(depth.K), mean, Share(depth.Quantile(0.05)), Share(depth.Quantile(0)), $"{Quantity.Count(depth.Perfect)} of {Quantity.Count(report.Queries)}");
        }

        table.Print(context.Terminal);
        context.Terminal.Output.WriteLine($"Measured {by}.");
        if (report.Depths.Sum(depth => depth.Uncertain) is > 0 and var uncertain)
        {
            context.Terminal.Output.WriteLine(
                $"A range stands where {uncertain} answers name rows that may be ties the truth has no room for: a truth of larger k, or --base, --queries and --metric, decides.");
        }
    }

    private static string Share(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}

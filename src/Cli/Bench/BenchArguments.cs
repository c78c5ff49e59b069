using System.CommandLine;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary>The options of <c>bench</c>, and the settings that they make.</summary>
internal sealed class BenchArguments
{
    private const int MostThreads = 1_024;
    private const int MostRepeats = 1_000;
    private const int MostClients = 1_024;
    private const int MostSilos = 16;

    private readonly Option<string?> _base = new("--base") { Description = "A file of vectors, in any form that has no ids", HelpName = "FILE" };
    private readonly Option<string?> _queries = new("--queries") { Description = "A file of queries, likewise", HelpName = "FILE" };
    private readonly Option<string?> _generate = new("--generate") { Description = "Rows and queries made from a seed: normal, unit, spectrum, duplicates, offset or thirds", HelpName = "DATA" };
    private readonly Option<int?> _rows = new("--rows") { Description = "With --generate: rows", HelpName = "N" };
    private readonly Option<int?> _dim = new("--dim") { Description = "With --generate: components of a vector", HelpName = "D" };
    private readonly Option<ulong?> _seed = new("--seed") { Description = "With --generate: the seed; 1 where it is not given", HelpName = "S" };
    private readonly Option<int?> _queryCount = new("--query-count") { Description = "With --generate: queries; 100 where it is not given", HelpName = "Q" };
    private readonly Option<string> _metric = new("--metric") { Description = "euclidean, squaredeuclidean, cosine, dotproduct, manhattan or hamming", HelpName = "M", DefaultValueFactory = _ => "euclidean" };
    private readonly Option<int> _k = new("--k") { Description = "Hits of an answer", HelpName = "K", DefaultValueFactory = _ => 10 };
    private readonly Option<bool> _engine = new("--engine") { Description = "Measure the engine in this process; so it is without --shards" };
    private readonly Option<int?> _shards = new("--shards") { Description = "Measure an index of so many shards on a silo that runs in a process of its own, over TCP", HelpName = "N" };
    private readonly Option<int?> _silos = new("--silos") { Description = "With --shards: spread them over so many silos, each in a process of its own; 1 where it is not given", HelpName = "S" };
    private readonly Option<bool> _compare = new("--compare-engine") { Description = "With --shards: measure the engine beside it, in turns of some calls" };
    private readonly Option<bool> _compareSingle = new("--compare-single") { Description = "With --batch: measure the same queries one a call beside it, in turns of some calls" };
    private readonly Option<bool> _compareTelemetry = new("--compare-telemetry") { Description = "With --shards: measure the same searches while metrics and traces are sent beside others, in pairs of turns" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads that scan", HelpName = "T", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _batch = new("--batch") { Description = "Queries of one call", HelpName = "B", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _clients = new("--clients") { Description = "Clients that search at once, one query a call each; more than one is measured beside one, in turns", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _repeat = new("--repeat") { Description = "How often all queries are measured", HelpName = "R", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _quick = new("--quick") { Description = "Warm nothing up and take short turns: for the digest, not for times" };
    private readonly Option<string> _plan = new("--plan") { Description = "How searches go through the rows: auto, scan or pruned; the answers are the same", HelpName = "PLAN", DefaultValueFactory = _ => "auto" };
    private readonly Option<bool> _compareScan = new("--compare-scan") { Description = "Measure the plain scan beside the plan, in turns of some calls" };
    private readonly Option<string?> _filter = new("--filter") { Description = "With --generate: which rows count. Each row has a field bucket, 0 to 99, each as likely", HelpName = "FILTER" };
    private readonly Option<bool> _compareUnfiltered = new("--compare-unfiltered") { Description = "With --filter, on the engine: measure searches without it beside, and its first use apart" };
    private readonly Option<string?> _results = new("--results") { Description = "Write the ids of all answers, a record a query", HelpName = "OUT.ivecs" };
    private readonly Option<string?> _distances = new("--distances") { Description = "Write the distances of all answers, a record a query", HelpName = "OUT.fvecs" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] options =
        [
            _base, _queries, _generate, _rows, _dim, _seed, _queryCount, _metric, _k, _engine, _shards, _silos, _compare, _compareSingle, _compareTelemetry, _threads, _batch, _clients, _repeat, _quick,
            _plan, _compareScan, _filter, _compareUnfiltered, _results, _distances,
        ];
        foreach (var option in options)
            command.Add(option);
    }

    /// <summary>The settings of a command line.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/> for the first option that makes no sense.</exception>
    public BenchSettings Read(ParseResult values)
    {
        int shards = values.GetValue(_shards) ?? 0;
        Require(!(values.GetValue(_engine) && values.GetResult(_shards) is not null), "expected --engine or --shards, found both");
        if (values.GetResult(_shards) is not null)
            InRange("--shards", shards, 1, Abstractions.IndexSettings.MaxShards);
        Require(values.GetValue(_clients) == 1 || values.GetValue(_batch) == 1, "expected --clients with one query a call, found --batch too");
        Require(!values.GetValue(_compareSingle) || values.GetValue(_batch) > 1, "expected --compare-single together with --batch, found it alone");
        Require(!(values.GetValue(_compareSingle) && values.GetValue(_compare)), "expected --compare-single or --compare-engine, found both");
        Require(!values.GetValue(_compare) || shards > 0, "expected --compare-engine together with --shards, found it alone");
        Require(!values.GetValue(_compareTelemetry) || shards > 0, "expected --compare-telemetry together with --shards, found it alone");
        Require(
            !values.GetValue(_compareTelemetry) || values.GetValue(_batch) == 1, "expected --compare-telemetry with one query a call, found --batch too");
        Require(values.GetResult(_silos) is null || shards > 0, "expected --silos together with --shards, found it alone");
        return new(
            ReadSource(values),
            OptionCheck.Name<Metric>("--metric", values.GetValue(_metric)!),
            InRange("--k", values.GetValue(_k), 0, int.MaxValue),
            shards,
            InRange("--silos", values.GetValue(_silos) ?? 1, 1, MostSilos),
            InRange("--threads", values.GetValue(_threads), 1, MostThreads),
            InRange("--batch", values.GetValue(_batch), 1, int.MaxValue),
            InRange("--repeat", values.GetValue(_repeat), 1, MostRepeats),
            values.GetValue(_compare),
            OptionCheck.Name<SearchPlan>("--plan", values.GetValue(_plan)!),
            values.GetValue(_compareScan),
            values.GetValue(_results),
            values.GetValue(_distances))
        {
            CompareSingle = values.GetValue(_compareSingle),
            Quick = values.GetValue(_quick),
            CompareTelemetry = values.GetValue(_compareTelemetry),
            Clients = InRange("--clients", values.GetValue(_clients), 1, MostClients),
            Filter = ReadFilter(values, shards),
            CompareUnfiltered = values.GetValue(_compareUnfiltered),
        };
    }

    private Filter? ReadFilter(ParseResult values, int shards)
    {
        if (values.GetValue(_filter) is not { } text)
        {
            Require(!values.GetValue(_compareUnfiltered), "expected --compare-unfiltered together with --filter, found it alone");
            return null;
        }

        Require(values.GetResult(_generate) is not null, "expected --filter together with --generate: files of vectors have no metadata");
        Require(!values.GetValue(_compareUnfiltered) || shards == 0, "expected --compare-unfiltered on the engine, found --shards");
        return FilterText.Parse(text);
    }

    private IBenchSource ReadSource(ParseResult values)
    {
        var (rowsFile, queriesFile, data) = (values.GetValue(_base), values.GetValue(_queries), values.GetValue(_generate));
        if (data is null)
        {
            foreach (Option option in (Option[])[_rows, _dim, _seed, _queryCount])
                Require(values.GetResult(option) is null, $"expected {option.Name} together with --generate, found it alone");
            Require(rowsFile is not null && queriesFile is not null, "expected --base and --queries, or --generate, found neither pair whole");
            return new FileSource(rowsFile!, queriesFile!);
        }

        Require(rowsFile is null && queriesFile is null, "expected --base and --queries, or --generate, found both");
        return new GeneratedSource(
            OptionCheck.Name<GeneratedData>("--generate", data),
            InRange("--rows", values.GetValue(_rows), 1, int.MaxValue),
            InRange("--dim", values.GetValue(_dim), 1, Limits.Dimension),
            values.GetValue(_seed) ?? 1,
            InRange("--query-count", values.GetValue(_queryCount) ?? 100, 1, BenchLoad.MostQueries),
            withMetadata: values.GetValue(_filter) is not null);
    }

    private static int InRange(string option, int? value, int least, int most) =>
        OptionCheck.InRange(option, value ?? throw FlatIndexException.InvalidConfig($"expected {option}, found none"), least, most);

    private static void Require(bool holds, string sentence)
    {
        if (!holds)
            throw FlatIndexException.InvalidConfig(sentence);
    }
}

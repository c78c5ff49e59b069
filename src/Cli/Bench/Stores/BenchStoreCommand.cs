using System.CommandLine;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;
using IqdbFlat.Silo;

namespace IqdbFlat.Cli.Bench.Stores;

/// <summary><c>bench-store</c>: how fast rows become durable, beside what the store takes by itself.</summary>
internal sealed class BenchStoreCommand : CliCommand
{
    private const string ConnectionVariable = "IqdbFlat__Storage__ConnectionString";

    private readonly Option<string> _store = new("--store") { Description = "sqlite, postgresql or redis", HelpName = "STORE", DefaultValueFactory = _ => "sqlite" };
    private readonly Option<string?> _folder = new("--folder") { Description = "For sqlite: the folder on whose disk the files are made, and removed; a temporary one where it is not given", HelpName = "FOLDER" };
    private readonly Option<int> _rows = Number("--rows", "Rows of a round", "N", 400_000);
    private readonly Option<int> _dim = Number("--dim", "Components of a vector", "D", 128);
    private readonly Option<int> _batchRows = Number("--batch-rows", "Rows of a batch", "N", 1_000);
    private readonly Option<int> _shards = Number("--shards", "Shards of the index", "N", 1);
    private readonly Option<int> _writers = Number("--writers", "Batches under way at the same time, in both", "N", 4);
    private readonly Option<int> _warm = Number("--warm", "Seconds of rounds that do not count, before those that do; one round at least", "S", 20);
    private readonly Option<int> _repeat = Number("--repeat", "Rounds that count", "R", 3);

    public BenchStoreCommand(Terminal terminal)
        : base("bench-store", "Measures durable ingest against a bare loop that writes the same bytes into the same store.", terminal)
    {
        Option[] options = [_store, _folder, _rows, _dim, _batchRows, _shards, _writers, _warm, _repeat];
        foreach (var option in options)
            Add(option);
    }

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateDirectory(Path.Combine(
            context.Values.GetValue(_folder) ?? Path.GetTempPath(), $"iqdbflat-bench-{Guid.NewGuid():n}")).FullName;
        try
        {
            var settings = Read(context, folder);
            var rounds = new List<StoreBenchRound>();
            await using var run = await StoreBenchRun.StartAsync(settings, context.Terminal.Time, cancellationToken);
            await run.WarmUpAsync(TimeSpan.FromSeconds(InRange(context.Values, _warm, 3_600)), cancellationToken);
            for (int round = 0; round < context.Values.GetValue(_repeat); round++)
            {
                rounds.Add(await run.RunAsync(cancellationToken));
                context.Terminal.Error.WriteLine(
                    $"round {round + 1}: {rounds[^1].Share:0.00} of the bare loop (the provider by itself {rounds[^1].ProviderShare:0.00}), {rounds[^1].RowsPerSecond:n0} rows a second, write amplification {rounds[^1].WriteAmplification:0.00}");
            }

            Print(context, settings, rounds);
            return ExitCode.Ok;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Option<int> Number(string name, string description, string help, int otherwise) =>
        new(name) { Description = description, HelpName = help, DefaultValueFactory = _ => otherwise };

    private StoreBenchSettings Read(CommandContext context, string folder)
    {
        var values = context.Values;
        string text = values.GetValue(_store)!;
        StorageProvider[] stores = [StorageProvider.Sqlite, StorageProvider.PostgreSql, StorageProvider.Redis];
        int found = Array.FindIndex(stores, store => store.ToString().Equals(text, StringComparison.OrdinalIgnoreCase));
        if (found < 0)
            throw FlatIndexException.InvalidConfig($"expected --store to be one of sqlite, postgresql, redis, found '{text}'");
        string connection = found == 0 ? "" : context.Terminal.Variable(ConnectionVariable)
            ?? throw FlatIndexException.InvalidConfig($"the variable {ConnectionVariable} must say how to reach {stores[found]}");
        int batchRows = InRange(values, _batchRows, 10_000);
        int rows = InRange(values, _rows, int.MaxValue);
        _ = InRange(values, _repeat, 1_000);
        return new(
            stores[found],
            connection,
            folder,
            (rows + batchRows - 1) / batchRows,
            batchRows,
            InRange(values, _dim, Limits.Dimension),
            InRange(values, _shards, Abstractions.IndexSettings.MaxShards),
            InRange(values, _writers, 1_024),
            values.GetValue(_repeat));
    }

    private static int InRange(ParseResult values, Option<int> option, int most) => OptionCheck.InRange(option.Name, values.GetValue(option), 1, most);

    private static void Print(CommandContext context, StoreBenchSettings settings, List<StoreBenchRound> rounds)
    {
        double[] shares = [.. rounds.Select(round => round.Share).Order()];
        (string Name, double Value)[] found =
        [
            ("share_of_bare", Median(round => round.Share)),
            ("share_least", shares[0]),
            ("share_most", shares[^1]),
            ("provider_share", Median(round => round.ProviderShare)),
            ("rows_per_second", Median(round => round.RowsPerSecond)),
            ("mb_per_second", Median(round => round.BytesPerSecond) / 1e6),
            ("bare_mb_per_second", Median(round => round.BareBytesPerSecond) / 1e6),
            ("write_amplification", Median(round => round.WriteAmplification)),
            ("store_busy", Median(round => round.StoreBusy)),
            ("cpu_ms_per_mb", Median(round => round.ProcessorPerMegabyte)),
        ];
        if (context.Json)
        {
            JsonOutput.Write(context.Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.WriteString("store", settings.Store.ToString().ToLowerInvariant());
                json.WriteNumber("rows", (long)settings.Batches * settings.BatchRows);
                json.WriteNumber("dim", settings.Dimension);
                json.WriteNumber("batch_rows", settings.BatchRows);
                json.WriteNumber("shards", settings.Shards);
                json.WriteNumber("writers", settings.Writers);
                json.WriteNumber("rounds", rounds.Count);
                foreach (var (name, value) in found)
                    json.WriteNumber(name, Math.Round(value, 3));
                json.WriteEndObject();
            });
            return;
        }

        var table = new ResultTable("measured", ">value");
        foreach (var (name, value) in found)
            table.Add(name.Replace('_', ' '), $"{Math.Round(value, 3)}");
        table.Print(context.Terminal);

        double Median(Func<StoreBenchRound, double> of)
        {
            var samples = new Samples(rounds.Count);
            foreach (var round in rounds)
                samples.Add(of(round));
            return samples.Median();
        }
    }
}

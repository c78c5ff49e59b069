using System.Text.Json;
using IqdbFlat.Cli.Bench;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Formats.Vecs;
using IqdbFlat.Cli.Tests.CommandLine;
using IqdbFlat.Cli.Tests.Formats;

namespace IqdbFlat.Cli.Tests.Bench;

public sealed class BenchCommandTests : IDisposable
{
    private static readonly string[] Ties = ["--generate", "duplicates", "--rows", "3000", "--dim", "21", "--seed", "5", "--query-count", "12", "--k", "700"];
    private static readonly Lazy<Task<string>> OfEngine = new(() => DigestAsync("--engine"));
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_digest_does_not_depend_on_threads_batches_or_repeats()
    {
        string expected = await OfEngine.Value;

        foreach (string[] options in (string[][])[["--threads", "2"], ["--threads", "3", "--batch", "8"], ["--threads", "7", "--repeat", "2"], ["--batch", "8"], ["--batch", "100"]])
            Assert.Equal(expected, await DigestAsync(options));
    }

    [Theory]
    [InlineData("1", "1", "1")]
    [InlineData("3", "2", "8")]
    public async Task Shards_in_another_process_give_the_digest_of_the_engine(string shards, string threads, string batch)
    {
        var report = await ReportAsync("--shards", shards, "--threads", threads, "--batch", batch, "--compare-engine");

        Assert.Equal(await OfEngine.Value, report.GetProperty("digest").GetString());
        double overhead = report.GetProperty("median_ms").GetDouble() - report.GetProperty("engine_median_ms").GetDouble();
        Assert.Equal(overhead, report.GetProperty("overhead_ms").GetDouble(), 0.001);
        Assert.True(report.GetProperty("shards_ingest_rows_per_second").GetDouble() > 0);
        Assert.Equal(1, report.GetProperty("silos").GetInt32());
    }

    [Fact]
    public async Task Metrics_and_traces_change_no_answer_and_their_cost_is_a_ratio()
    {
        var report = await ReportAsync("--shards", "2", "--compare-telemetry");

        Assert.Equal(await OfEngine.Value, report.GetProperty("digest").GetString());
        Assert.True(report.GetProperty("telemetry_median_ms").GetDouble() > 0);
        double[] quartiles = [.. report.GetProperty("telemetry_ratio_quartiles").EnumerateArray().Select(ratio => ratio.GetDouble())];
        Assert.InRange(report.GetProperty("telemetry_ratio").GetDouble(), quartiles[0], quartiles[1]);
    }

    [Fact]
    public async Task Silos_in_processes_of_their_own_give_the_digest_of_the_engine_and_tell_the_scan_from_what_is_around_it()
    {
        string expected = await OfEngine.Value;
        foreach (int silos in (int[])[2, 4])
        {
            var report = await ReportAsync("--shards", "4", "--silos", $"{silos}");

            Assert.Equal((expected, silos), (report.GetProperty("digest").GetString(), report.GetProperty("silos").GetInt32()));
            Assert.True(report.GetProperty("shard_median_ms").GetDouble() > 0);
            Assert.True(report.GetProperty("around_median_ms").GetDouble() > 0);
        }
    }

    [Fact]
    public async Task A_filter_selects_its_share_of_the_rows_and_its_uses_are_told_apart()
    {
        var report = await ReportAsync("--filter", "bucket < 10", "--compare-unfiltered");
        Assert.InRange(report.GetProperty("rows_selected").GetInt64(), 200, 400);
        Assert.Equal("bucket < 10", report.GetProperty("filter").GetString());
        foreach (string field in new[] { "first_use_ms", "kept_filter_ms", "unfiltered_ms", "first_use_ratio", "kept_filter_ratio" })
            Assert.True(report.GetProperty(field).GetDouble() > 0, field);
        Assert.Equal(3_000, (await ReportAsync("--filter", "bucket >= 0")).GetProperty("rows_selected").GetInt64());
        Assert.Equal(await OfEngine.Value, await DigestAsync("--filter", "bucket < 100"));
    }

    [Fact]
    public async Task Shards_answer_with_the_filter_that_the_engine_has()
    {
        string[] filter = ["--filter", "bucket < 50"];
        Assert.Equal(await DigestAsync([.. filter, "--engine"]), await DigestAsync([.. filter, "--shards", "2"]));
    }

    [Fact]
    public async Task The_report_of_a_run_that_warms_up_holds_every_field()
    {
        var report = Parse(await RunAsync([.. Ties, "--threads", "2", "--batch", "5", "--metric", "Cosine", "--json"]));

        Assert.Equal(
            (3000, 21, "cosine", 700, 2, 0, 5),
            (Number("n"), Number("dim"), report.GetProperty("metric").GetString(), Number("k"), Number("threads"), Number("shards"), Number("batch")));
        foreach (string positive in (string[])["bandwidth_gbps", "scan_gbps", "median_ms", "p99_ms", "queries_per_second", "allocated_bytes_per_query", "ingest_rows_per_second", "memory_bytes"])
            Assert.True(report.GetProperty(positive).GetDouble() > 0, positive);
        Assert.Matches("^[0-9a-f]{64}$", report.GetProperty("digest").GetString());

        int Number(string name) => report.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task A_batch_is_measured_beside_its_queries_one_a_call()
    {
        var report = await ReportAsync("--batch", "8", "--compare-single", "--threads", "2");

        Assert.Equal(await OfEngine.Value, report.GetProperty("digest").GetString());
        Assert.True(report.GetProperty("single_queries_per_second").GetDouble() > 0);
        Assert.True(report.GetProperty("batch_ratio").GetDouble() > 0);
        Assert.Equal(JsonValueKind.Null, report.GetProperty("clients_ratio").ValueKind);
    }

    [Theory]
    [InlineData("--engine")]
    [InlineData("--shards", "2")]
    public async Task Many_clients_are_measured_beside_one(params string[] target)
    {
        var report = await ReportAsync([.. target, "--clients", "5", "--threads", "2"]);

        Assert.Equal(await OfEngine.Value, report.GetProperty("digest").GetString());
        Assert.Equal(5, report.GetProperty("clients").GetInt32());
        foreach (string positive in (string[])["queries_per_second", "one_client_queries_per_second", "clients_ratio"])
            Assert.True(report.GetProperty(positive).GetDouble() > 0, positive);
        Assert.Equal(JsonValueKind.Null, report.GetProperty("batch_ratio").ValueKind);
    }

    [Fact]
    public async Task Without_json_the_same_is_a_table()
    {
        var run = await RunAsync(Ties);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains(run.Lines, line => line.StartsWith("scan gbps ", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.StartsWith("digest ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_give_the_digest_of_the_same_rows_generated_and_answers_are_written()
    {
        var rows = RowGenerator.Create(GeneratedData.Duplicates, 21, 3000, 5);
        string[] files = ["--base", Save("base.npy", rows, RowStream.Base, 3000), "--queries", Save("queries.fvecs", rows, RowStream.Queries, 12)];
        string[] answers = ["--results", _folder.File("ids.ivecs"), "--distances", _folder.File("distances.fvecs")];

        var run = await RunAsync([.. files, .. answers, "--k", "700", "--quick", "--json"]);

        Assert.Equal(await OfEngine.Value, Parse(run).GetProperty("digest").GetString());
        Assert.Equal(await OfEngine.Value, DigestOfFiles(answers[1], answers[3]));
    }

    [Fact]
    public async Task More_hits_than_rows_give_all_rows_and_one_row_is_enough()
    {
        var run = await RunAsync("--generate", "normal", "--rows", "1", "--dim", "1", "--k", "9", "--threads", "4", "--json");

        Assert.Equal(1, Parse(run).GetProperty("n").GetInt32());
        Assert.Equal(0, Parse(run).GetProperty("bandwidth_gbps").GetDouble());
    }

    [Theory]
    [InlineData("expected --metric to be one of", "--metric", "jaccard")]
    [InlineData("expected --metric to be one of", "--metric", "3")]
    [InlineData("expected --threads from 1", "--threads", "0")]
    [InlineData("expected --batch from 1", "--batch", "0")]
    [InlineData("expected --repeat from 1", "--repeat", "0")]
    [InlineData("found both", "--engine", "--shards", "2")]
    [InlineData("expected --shards from 1", "--shards", "0")]
    [InlineData("expected --silos together with --shards", "--silos", "2")]
    [InlineData("expected --silos from 1", "--shards", "2", "--silos", "0")]
    [InlineData("expected --compare-engine together with --shards", "--compare-engine")]
    [InlineData("expected --compare-telemetry together with --shards", "--compare-telemetry")]
    [InlineData("expected --compare-telemetry with one query a call", "--compare-telemetry", "--batch", "2", "--shards", "1")]
    [InlineData("expected --clients from 1", "--clients", "0")]
    [InlineData("expected --clients with one query a call", "--clients", "2", "--batch", "2")]
    [InlineData("expected --compare-single together with --batch", "--compare-single")]
    [InlineData("found both", "--compare-single", "--compare-engine", "--batch", "2", "--shards", "1")]
    [InlineData("found both", "--base", "x.fvecs")]
    [InlineData("expected --compare-unfiltered together with --filter", "--compare-unfiltered")]
    [InlineData("expected --compare-unfiltered on the engine", "--compare-unfiltered", "--filter", "bucket = 1", "--shards", "1")]
    [InlineData("cannot be written", "--results", "/no/such/folder/ids.ivecs")]
    public Task Options_that_make_no_sense_are_told_in_one_sentence(string sentence, params string[] options) =>
        IsRefusedAsync(sentence, [.. Ties, .. options]);

    [Theory]
    [InlineData("found neither pair whole")]
    [InlineData("found neither pair whole", "--base", "x.fvecs")]
    [InlineData("expected --filter together with --generate", "--base", "x.fvecs", "--queries", "x.fvecs", "--filter", "bucket = 1")]
    [InlineData("expected --rows together with --generate", "--rows", "5")]
    [InlineData("expected --rows, found none", "--generate", "normal", "--dim", "3")]
    [InlineData("expected --dim from 1", "--generate", "normal", "--rows", "3", "--dim", "0")]
    [InlineData("expected --generate to be one of", "--generate", "uniform", "--rows", "3", "--dim", "3")]
    [InlineData("expected --k from 0", "--generate", "unit", "--rows", "3", "--dim", "3", "--k", "-1")]
    [InlineData("x.fvecs", "--base", "x.fvecs", "--queries", "x.fvecs")]
    public Task Data_that_is_not_there_is_told_in_one_sentence(string sentence, params string[] options) => IsRefusedAsync(sentence, options);

    [Fact]
    public async Task Queries_of_another_dimension_and_files_without_rows_are_bad_input()
    {
        string three = Save("three.fvecs", RowGenerator.Create(GeneratedData.Normal, 3, 10, 1), RowStream.Base, 10);
        string four = Save("four.fvecs", RowGenerator.Create(GeneratedData.Normal, 4, 10, 1), RowStream.Base, 10);
        string none = _folder.File("none.fvecs");
        File.WriteAllBytes(none, []);

        await IsRefusedAsync("expected 3, found 4", "--base", three, "--queries", four);
        await IsRefusedAsync("at least 1 row", "--base", none, "--queries", four);
        await IsRefusedAsync("at least 1 query", "--base", three, "--queries", none);
    }

    private static async Task IsRefusedAsync(string sentence, params string[] options)
    {
        var run = await RunAsync(options);

        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Output));
        Assert.Contains(sentence, Assert.Single(run.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    private static async Task<string> DigestAsync(params string[] options) => (await ReportAsync(options)).GetProperty("digest").GetString()!;

    private static async Task<JsonElement> ReportAsync(params string[] options) => Parse(await RunAsync([.. Ties, .. options, "--quick", "--json"]));

    private static JsonElement Parse(CommandRun run)
    {
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        return JsonDocument.Parse(Assert.Single(run.Lines)).RootElement;
    }

    private static Task<CommandRun> RunAsync(params string[] options) => CommandRun.OfAsync(terminal => new BenchCommand(terminal), ["bench", .. options]);

    private static string DigestOfFiles(string ids, string distances)
    {
        using var digest = new AnswerDigest();
        using var idReader = new VecsReader<int>(ids);
        using var distanceReader = new VecsReader<float>(distances);
        while (idReader.Read() && distanceReader.Read())
        {
            for (int i = 0; i < idReader.Values.Length; i++)
                digest.Add((ulong)idReader.Values.Span[i], distanceReader.Values.Span[i]);
        }

        return digest.ToString();
    }

    private string Save(string name, RowGenerator generator, RowStream stream, long count)
    {
        string path = _folder.File(name);
        using var reader = new GeneratedRowReader(generator, stream, count);
        using var writer = RowFiles.Create(path, generator.Dimension);
        foreach (var row in reader.ToRows())
            writer.Write(row);
        writer.Complete();
        return path;
    }
}

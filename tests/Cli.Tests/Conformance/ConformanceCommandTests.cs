using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Conformance;
using IqdbFlat.Cli.Tests.CommandLine;
using IqdbFlat.Cli.Tests.Formats;

namespace IqdbFlat.Cli.Tests.Conformance;

public sealed class ConformanceCommandTests : IDisposable
{
    private static readonly string Goldens = Path.Combine(AppContext.BaseDirectory, "goldens", "flat-index.jsonl");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData]
    [InlineData("--engine")]
    public async Task Every_golden_case_passes_on_the_engine(params string[] options)
    {
        var run = await RunAsync(Goldens, options);

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.Equal(["562 passed, 0 failed"], run.Lines);
    }

    [Fact]
    public async Task Cases_run_on_a_cluster_of_several_silos()
    {
        string file = Write([.. Cases().Where((_, i) => i % 20 == 0)]);

        var run = await RunAsync(file, "--shards", "3", "--silos", "2");

        Assert.Equal(["29 passed, 0 failed"], run.Lines);
        Assert.Equal(ExitCode.Ok, run.Code);
    }

    [Theory]
    [InlineData("\"distance_bits_hex\":\"4", "\"distance_bits_hex\":\"3", "hit 0")]
    [InlineData("\"len\":", "\"len\":9", "rows")]
    [InlineData("\"metric\":\"Euclidean\"", "\"metric\":\"Hamming\"", "hit")]
    public async Task A_case_that_expects_something_else_fails(string from, string to, string why)
    {
        string golden = Cases().First(line => line.Contains("\"metric\":\"Euclidean\"", StringComparison.Ordinal) && line.Contains("\"hits\":[{", StringComparison.Ordinal));
        string wrong = golden.Insert(golden.IndexOf(from, StringComparison.Ordinal), to).Remove(golden.IndexOf(from, StringComparison.Ordinal) + to.Length, from.Length);

        var run = await RunAsync(Write(golden, wrong));

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Equal(2, run.Lines.Length);
        Assert.StartsWith("FAIL metric-int/euclidean/", run.Lines[0], StringComparison.Ordinal);
        Assert.Contains(why, run.Lines[0], StringComparison.Ordinal);
        Assert.Equal("1 passed, 1 failed", run.Lines[1]);
    }

    [Theory]
    [InlineData("\"op\":\"insert\"", "\"op\":\"rename\"", "rename")]
    [InlineData("\"metric\":\"Euclidean\"", "\"metric\":\"3\"", "no metric is called '3'")]
    [InlineData("\"u64\"", "\"uuid\"", "uuid")]
    [InlineData("\"len\":", "\"length\":", "expected a member 'len', found none")]
    [InlineData("\"ops\":[", "\"ops\":", "line 2")]
    [InlineData("\"filter\":null", "\"filter\":{\"near\":{}}", "near")]
    public async Task A_line_that_is_no_case_fails_with_its_number_and_the_others_run(string from, string to, string why)
    {
        string golden = Cases().First(line => line.Contains("\"metric\":\"Euclidean\"", StringComparison.Ordinal));
        string file = Write(golden, golden.Replace(from, to, StringComparison.Ordinal), "", golden);

        var run = await RunAsync(file);

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.StartsWith("FAIL line 2: not a golden case: ", run.Lines[0], StringComparison.Ordinal);
        Assert.Contains(why, run.Lines[0], StringComparison.Ordinal);
        Assert.Equal(["2 passed, 1 failed"], run.Lines[1..]);
    }

    [Fact]
    public async Task A_filter_of_thousands_of_levels_is_read_and_refused_as_too_deep()
    {
        const int Depth = 9_000;
        string deep = string.Concat(Enumerable.Repeat("{\"and\":[", Depth)) + string.Concat(Enumerable.Repeat("]}", Depth));
        string golden = "{\"name\":\"deep\",\"kind\":\"deep\",\"dim\":1,\"metric\":\"Cosine\",\"len\":1,\"query\":[1],\"k\":1,\"compare\":\"bits\","
            + "\"ops\":[{\"op\":\"insert\",\"id\":{\"u64\":\"1\"},\"vector\":[1]}],"
            + $"\"filter\":{deep},\"expect\":{{\"error\":{{\"kind\":\"InvalidFilter\",\"at\":\"search\"}}}}}}";

        Assert.Equal(["1 passed, 0 failed"], (await RunAsync(Write(golden))).Lines);
    }

    [Fact]
    public async Task Asked_for_json_the_report_is_one_object()
    {
        var run = await RunAsync(Write(Cases()[0], "nonsense"), "--json");

        var report = JsonDocument.Parse(Assert.Single(run.Lines)).RootElement;
        Assert.Equal((1, 1), (report.GetProperty("passed").GetInt32(), report.GetProperty("failed").GetInt32()));
        Assert.Equal("line 2", Assert.Single(report.GetProperty("failures").EnumerateArray()).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("--engine", "--shards", "2")]
    [InlineData("--silos", "2")]
    [InlineData("--shards", "0")]
    [InlineData("--shards", "4097")]
    [InlineData("--shards", "2", "--silos", "17")]
    public async Task Options_that_make_no_sense_are_told_in_one_sentence(params string[] options)
    {
        var run = await RunAsync(Goldens, options);

        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Output));
        Assert.Single(run.Error.Trim().Split('\n'));
        Assert.Contains("found", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_holds_no_case_is_bad_input()
    {
        Assert.Equal(ExitCode.BadInput, (await RunAsync(_folder.File("none.jsonl"))).Code);
        Assert.Equal(ExitCode.BadInput, (await RunAsync(Write(""))).Code);
    }

    private static string[] Cases() => File.ReadAllLines(Goldens);

    private string Write(params string[] lines)
    {
        string file = _folder.File("cases.jsonl");
        File.WriteAllLines(file, lines);
        return file;
    }

    private static Task<CommandRun> RunAsync(string file, params string[] options) =>
        CommandRun.OfAsync(terminal => new ConformanceCommand(terminal), ["conformance", "--cases", file, .. options]);
}

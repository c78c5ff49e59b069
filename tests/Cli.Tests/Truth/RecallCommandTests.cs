using System.Xml.Linq;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Tests.CommandLine;
using IqdbFlat.Cli.Tests.Commands;
using IqdbFlat.Cli.Tests.Formats;
using IqdbFlat.Cli.Truth;
using IqdbFlat.Cli.Truth.Files;
using IqdbFlat.Cli.Truth.Recall;

namespace IqdbFlat.Cli.Tests.Truth;

public sealed class RecallCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RecallCommandTests()
    {
        AnswerFile.Write(_folder.File("truth.jsonl"), null, [new([0, 1], [0, 1]), new([3, 2], [0, 1])]);
        AnswerFile.Write(_folder.File("found.ivecs"), null, [new([0, 5], null), new([3, 2], null)]);
        RowFile.WriteFvecs(_folder.File("base.fvecs"), [[0], [1], [2], [3], [4], [-1]]);
        RowFile.WriteFvecs(_folder.File("queries.fvecs"), [[0], [3]]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_tie_that_the_truth_has_no_room_for_gives_a_range_and_the_rows_decide_it()
    {
        var run = await RunAsync("--json");
        var depths = run.Ok().Json.GetProperty("recall");
        Assert.Equal([1, 2], depths.EnumerateArray().Select(depth => depth.GetProperty("k").GetInt32()));
        Assert.Equal((0.75, 1.0, 1), (depths[1].GetProperty("mean").GetDouble(), depths[1].GetProperty("mean_at_most").GetDouble(), depths[1].GetProperty("uncertain_queries").GetInt32()));

        run = await RunAsync("--json", "--base", _folder.File("base.fvecs"), "--queries", _folder.File("queries.fvecs"), "--metric", "euclidean");
        Assert.Equal(1, run.Ok().Json.GetProperty("recall")[1].GetProperty("mean").GetDouble());
    }

    [Fact]
    public async Task A_truth_that_is_filled_up_with_no_rows_counts_the_rows_it_has()
    {
        AnswerFile.Write(_folder.File("padded.jsonl"), null, [new([0, 1, -1], [0, 1, float.MaxValue]), new([-1, 3, 2], [0, 0, 1])]);
        string[] files = ["--truth", _folder.File("padded.jsonl"), "--results", _folder.File("found.ivecs"), "--json"];
        string[] rows = ["--base", _folder.File("base.fvecs"), "--queries", _folder.File("queries.fvecs"), "--metric", "euclidean"];
        foreach (var (run, least) in new[] { (await OfAsync(files), 0.75), (await OfAsync([.. files, .. rows]), 1.0) })
        {
            var last = run.Ok().Json.GetProperty("recall").EnumerateArray().Last();
            Assert.Equal((2, least), (last.GetProperty("k").GetInt32(), last.GetProperty("mean").GetDouble()));
        }
    }

    [Fact]
    public async Task Rows_with_ids_of_their_own_are_not_taken_for_numbered_ones()
    {
        File.WriteAllText(_folder.File("ids.jsonl"), "{\"id\":7,\"vector\":[1]}\n");
        (await RunAsync("--base", _folder.File("ids.jsonl"), "--queries", _folder.File("queries.fvecs"), "--metric", "euclidean")).Fails(ExitCode.BadInput, "ids of its own");
    }

    [Fact]
    public async Task The_table_and_the_picture_say_the_same()
    {
        var run = await RunAsync("--plot", _folder.File("recall.svg"));
        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains("0.7500 to 1.0000", run.Output, StringComparison.Ordinal);
        Assert.Contains("may be ties", run.Output, StringComparison.Ordinal);
        var picture = XDocument.Load(_folder.File("recall.svg"));
        Assert.Equal(3, picture.Descendants().Count(element => element.Name.LocalName == "polyline"));
        Assert.Contains(picture.Descendants(), element => element.Value == "found.ivecs against truth.jsonl, 2 queries");
    }

    [Fact]
    public async Task Bad_input_is_one_clear_sentence()
    {
        AnswerFile.Write(_folder.File("short.ivecs"), null, [new([0], null)]);
        AnswerFile.Write(_folder.File("falls.jsonl"), null, [new([0, 1], [2, 1]), new([0, 1], [1, 2])]);
        AnswerFile.Write(_folder.File("far.ivecs"), null, [new([0, 77], null), new([3, 2], null)]);
        (await OfAsync("--truth", _folder.File("truth.jsonl"), "--results", _folder.File("short.ivecs"))).Fails(ExitCode.BadInput, "2 queries");
        (await OfAsync("--truth", _folder.File("falls.jsonl"), "--results", _folder.File("found.ivecs"))).Fails(ExitCode.BadInput, "that rise");
        (await RunAsync("--k", "3")).Fails(ExitCode.BadInput, "--k from 1 to 2");
        (await RunAsync("--base", _folder.File("base.fvecs"))).Fails(ExitCode.BadInput, "together");
        var far = await OfAsync(
            "--truth", _folder.File("truth.jsonl"), "--results", _folder.File("far.ivecs"), "--base", _folder.File("base.fvecs"), "--queries", _folder.File("queries.fvecs"), "--metric", "euclidean");
        far.Fails(ExitCode.BadInput, "row 77");
    }

    private Task<CommandRun> RunAsync(params string[] more) => OfAsync(["--truth", _folder.File("truth.jsonl"), "--results", _folder.File("found.ivecs"), .. more]);

    private static Task<CommandRun> OfAsync(params string[] args) => CommandRun.OfAsync(terminal => new RecallCommand(terminal), ["recall", .. args]);
}

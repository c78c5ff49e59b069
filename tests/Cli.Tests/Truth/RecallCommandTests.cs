using System.Xml.Linq;
using IqdbFlat.Cli.CommandLine;
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
        var depths = Commands(run).Json.GetProperty("recall");
        Assert.Equal([1, 2], depths.EnumerateArray().Select(depth => depth.GetProperty("k").GetInt32()));
        Assert.Equal((0.75, 1.0, 1), (depths[1].GetProperty("mean").GetDouble(), depths[1].GetProperty("mean_at_most").GetDouble(), depths[1].GetProperty("uncertain_queries").GetInt32()));

        run = await RunAsync("--json", "--base", _folder.File("base.fvecs"), "--queries", _folder.File("queries.fvecs"), "--metric", "euclidean");
        Assert.Equal(1, Commands(run).Json.GetProperty("recall")[1].GetProperty("mean").GetDouble());
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
        Fails(await OfAsync("--truth", _folder.File("truth.jsonl"), "--results", _folder.File("short.ivecs")), "2 queries");
        Fails(await OfAsync("--truth", _folder.File("falls.jsonl"), "--results", _folder.File("found.ivecs")), "that rise");
        Fails(await RunAsync("--k", "3"), "--k from 1 to 2");
        Fails(await RunAsync("--base", _folder.File("base.fvecs")), "together");
        Fails(
            await OfAsync(
                "--truth", _folder.File("truth.jsonl"), "--results", _folder.File("far.ivecs"), "--base", _folder.File("base.fvecs"), "--queries", _folder.File("queries.fvecs"), "--metric", "euclidean"),
            "row 77");
    }

    private static void Fails(CommandLine.CommandRun run, string words)
    {
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    private static Commands.CommandRun Commands(CommandLine.CommandRun run) => new Commands.CommandRun(run.Code, run.Output, run.Error).Ok();

    private Task<CommandLine.CommandRun> RunAsync(params string[] more) => OfAsync(["--truth", _folder.File("truth.jsonl"), "--results", _folder.File("found.ivecs"), .. more]);

    private static Task<CommandLine.CommandRun> OfAsync(params string[] args) => CommandLine.CommandRun.OfAsync(terminal => new RecallCommand(terminal), ["recall", .. args]);
}

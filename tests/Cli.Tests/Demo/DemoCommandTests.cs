using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Demo;

namespace IqdbFlat.Cli.Tests.Demo;

/// <summary>The demo from end to end, on a small .NET installation made here: silo, store, ingest, answers, digests, second run.</summary>
public sealed partial class DemoCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("iqdbflat-demo-").FullName;

    public DemoCommandTests()
    {
        var documentation = new StringBuilder("<doc><assembly><name>Sample</name></assembly><members>");
        documentation.Append("<member name=\"M:Sample.IO.Lines.ReadAll(System.String)\"><summary>Reads all lines of a text file.</summary></member>");
        documentation.Append("<member name=\"E:Sample.IO.Watcher.Renamed\"><summary>Occurs when a file is renamed.</summary></member>");
        for (int i = 0; i < 300; i++)
            documentation.Append($"<member name=\"P:Sample.Things.Thing{i}.Size\"><summary>Gets the size of thing number {i}.</summary></member>");
        documentation.Append("</members></doc>");
        string pack = Directory.CreateDirectory(Path.Combine(_folder, "packs", "Sample.Ref", "1.0.0", "ref", "net10.0")).FullName;
        File.WriteAllText(Path.Combine(pack, "Sample.xml"), documentation.ToString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_demo_ingests_answers_and_shows_one_digest_on_1_3_and_8_shards_and_a_second_run_finds_its_data()
    {
        var (exit, output, error) = await RunAsync();

        Assert.Equal(ExitCode.Ok, exit);
        Assert.Contains("302 documented members, 302 of them distinct", error, StringComparison.Ordinal);
        Assert.Contains("ingest into 3 shards", error, StringComparison.Ordinal);
        Assert.Contains("Sample.IO.Lines.ReadAll", output, StringComparison.Ordinal);
        var explained = Explained().Match(output);
        Assert.True(explained.Success, output);
        Assert.Equal(302, explained.Groups.Values.Skip(1).Sum(number => int.Parse(number.Value, CultureInfo.InvariantCulture)));
        var digests = Digest().Matches(output).Select(match => match.Value).ToArray();
        Assert.Equal(3, digests.Length);
        Assert.Single(digests.Distinct());
        Assert.Matches("Orleans Dashboard: http://127.0.0.1:[0-9]+/dashboard", output);

        var (again, _, found) = await RunAsync();
        Assert.Equal(ExitCode.Ok, again);
        Assert.Equal(3, Regex.Count(found, "302 rows found from an earlier run"));
        Assert.DoesNotContain("ingest", found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_of_ones_own_is_answered_under_its_filter_and_a_malformed_one_starts_nothing()
    {
        var (exit, output, _) = await RunAsync("renamed file", "--filter", "kind = 'event'", "--k", "1");
        Assert.Equal(ExitCode.Ok, exit);
        Assert.Contains("Sample.IO.Watcher.Renamed", output, StringComparison.Ordinal);
        Assert.DoesNotContain("ReadAll", output, StringComparison.Ordinal);

        var (_, json, _) = await RunAsync("renamed file", "--k", "1", "--json");
        using var answer = JsonDocument.Parse(json);
        Assert.Equal("renamed file", answer.RootElement.GetProperty("question").GetString());

        var (refused, nothing, sentence) = await RunAsync("renamed file", "--filter", "kind = 'event");
        Assert.Equal((ExitCode.BadInput, ""), (refused, nothing));
        Assert.Contains("column 8", sentence, StringComparison.Ordinal);
    }

    [GeneratedRegex("explain: 302 rows, 0 filtered out, ([0-9]+) scanned, ([0-9]+) pruned")]
    private static partial Regex Explained();

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Digest();

    private async Task<(ExitCode Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = Terminal.Of(output, error);
        var exit = await CliApplication.RunAsync(
            ["demo", .. arguments, "--dotnet", _folder, "--data", Path.Combine(_folder, "data")],
            terminal,
            [new DemoCommand(terminal)],
            TestContext.Current.CancellationToken);
        return (exit, output.ToString(), error.ToString());
    }
}

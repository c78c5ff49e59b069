using IqdbFlat.Cli.Chaos;
using IqdbFlat.Cli.CommandLine;

namespace IqdbFlat.Cluster.Tests.Chaos;

public sealed class ChaosCommandTests
{
    [Theory]
    [InlineData("--minutes 0", "--minutes is a number above 0 and at most 43200, found '0'")]
    [InlineData("--silos 0", "--silos is 1 to 16, found 0")]
    [InlineData("--kills 0", "--kills is 1 or more, found 0")]
    [InlineData("--storage tape", "--storage is postgresql, redis or sqlite, found 'tape'")]
    [InlineData("--storage sqlite --silos 2", "a file of SQLite is for 1 silo, found 2")]
    public async Task What_cannot_be_is_told_in_one_sentence(string arguments, string sentence)
    {
        var (code, _, error) = await RunAsync(arguments);
        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_finds_nothing_ends_with_its_counts_and_code_0()
    {
        var (code, output, error) = await RunAsync("--storage sqlite --seed 7 --kills 1 --minutes 30");
        Assert.True(code == ExitCode.Ok, $"{output}\n{error}");
        Assert.Matches(
            @"^kills [12] \(.*\), acknowledged \d+ writes \(\d+ rows\), unknown \d+, retried \d+, lost 0, phantom 0, duplicated 0, wrong 0, failed 0$", output.Trim().Split('\n')[^1]);
    }

    private static async Task<(ExitCode Code, string Output, string Error)> RunAsync(string arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = Terminal.Of(output, error);
        var code = await CliApplication.RunAsync(["chaos", .. arguments.Split(' ')], terminal, [new ChaosCommand(terminal)], TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}

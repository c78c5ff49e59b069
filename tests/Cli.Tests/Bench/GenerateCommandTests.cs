using IqdbFlat.Cli.Bench;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Tests.CommandLine;
using IqdbFlat.Cli.Tests.Formats;

namespace IqdbFlat.Cli.Tests.Bench;

public sealed class GenerateCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_hold_what_bench_measures()
    {
        string[] shape = ["--dim", "7", "--seed", "3"];
        Assert.Equal(ExitCode.Ok, (await RunAsync(["duplicates", "--rows", "500", .. shape, "--out", _folder.File("base.fvecs")])).Code);
        Assert.Equal(ExitCode.Ok, (await RunAsync(["duplicates", "--rows", "9", "--queries", "--of", "500", .. shape, "--out", _folder.File("queries.npy")])).Code);
        var source = new GeneratedSource(GeneratedData.Duplicates, 500, 7, 3, 9, withMetadata: false);
        Assert.Equal(Vectors(source.OpenRows()), Vectors(RowFiles.Open(_folder.File("base.fvecs"))));
        Assert.Equal(Vectors(source.OpenQueries()), Vectors(RowFiles.Open(_folder.File("queries.npy"))));
    }

    [Theory]
    [InlineData("strange", "--rows", "1", "normal")]
    [InlineData("normal", "--rows", "0", "--rows from 1")]
    [InlineData("normal", "--of", "3", "--queries")]
    public async Task Bad_input_is_one_clear_sentence(string data, string option, string value, string words)
    {
        string[] rows = option == "--rows" ? [] : ["--rows", "1"];
        var run = await RunAsync([data, option, value, .. rows, "--dim", "2", "--out", _folder.File("a.fvecs")]);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        Assert.Empty(_folder.Names());
    }

    private static float[][] Vectors(RowReader reader)
    {
        using (reader)
            return [.. reader.ToRows().Select(row => row.Vector.ToArray())];
    }

    private static Task<CommandRun> RunAsync(string[] args) => CommandRun.OfAsync(terminal => new GenerateCommand(terminal), ["generate", .. args]);
}

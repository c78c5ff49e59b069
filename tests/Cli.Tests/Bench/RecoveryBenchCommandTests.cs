using System.Text.Json;
using IqdbFlat.Cli.Bench;
using IqdbFlat.Cli.CommandLine;

namespace IqdbFlat.Cli.Tests.Bench;

public class RecoveryBenchCommandTests
{
    [Fact]
    public async Task Every_row_is_recovered_and_the_figures_are_there()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = Terminal.Of(output, error);
        var code = await CliApplication.RunAsync(
            ["bench-recovery", "--rows", "3000", "--dim", "8", "--repeat", "1", "--warm", "1", "--json"], terminal, [new RecoveryBenchCommand(terminal)], TestContext.Current.CancellationToken);
        Assert.True(code == ExitCode.Ok, error.ToString());
        var report = JsonDocument.Parse(output.ToString()).RootElement;
        Assert.Equal((3_000, 8), (report.GetProperty("rows").GetInt32(), report.GetProperty("dim").GetInt32()));
        Assert.Equal(1, report.GetProperty("warm").GetInt32());
        Assert.True(report.GetProperty("bytes").GetInt64() >= 3_000 * (8 * 4 + 8));
        Assert.True(report.GetProperty("share").GetDouble() > 0);
        if (OperatingSystem.IsLinux())
            Assert.True(report.GetProperty("memory_factor").GetDouble() > 0.5);
    }

    [Fact]
    public async Task Rows_out_of_range_are_refused()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = Terminal.Of(output, error);
        var code = await CliApplication.RunAsync(["bench-recovery", "--rows", "0"], terminal, [new RecoveryBenchCommand(terminal)], TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("expected --rows from 1 to 100000000, found 0", error.ToString(), StringComparison.Ordinal);
    }
}

using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;

namespace IqdbFlat.Cli.Tests.Output;

public sealed class RowProgressTests : IDisposable
{
    private readonly StringWriter _error = new();
    private readonly ManualClock _clock = new();

    [Fact]
    public void A_file_gets_a_line_every_ten_seconds_and_one_at_the_end()
    {
        using (var progress = new RowProgress(Terminal.Of(TextWriter.Null, _error, _clock), "ingest", 4_000))
        {
            for (int second = 1; second <= 20; second++)
            {
                _clock.Advance(1);
                progress.Report(second * 100);
            }
        }

        Assert.Equal(
            [
                "ingest [######..................] 25 %  1,000 of 4,000 rows, 100 rows/s, 30.0 s left",
                "ingest [############............] 50 %  2,000 of 4,000 rows, 100 rows/s, 20.0 s left",
                "ingest [############............] 50 %  2,000 of 4,000 rows, 100 rows/s, 20.0 s",
            ],
            _error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_terminal_gets_one_line_written_over()
    {
        var terminal = Terminal.Of(TextWriter.Null, _error, _clock) with { ErrorIsTerminal = true };
        using (var progress = new RowProgress(terminal, "export", null))
        {
            _clock.Advance(1);
            progress.Report(1_000_000);
            _clock.Advance(99);
        }

        Assert.Equal("\rexport 1,000,000 rows, 1,000,000 rows/s\rexport 1,000,000 rows, 10,000 rows/s, 1:40" + Environment.NewLine, _error.ToString());
    }

    [Fact]
    public void Rows_of_an_earlier_run_do_not_count_for_the_rate()
    {
        using (var progress = new RowProgress(Terminal.Of(TextWriter.Null, _error, _clock), "ingest", 200, first: 100))
        {
            _clock.Advance(10);
            progress.Report(150);
        }

        Assert.StartsWith("ingest [##################......] 75 %  150 of 200 rows, 5 rows/s, 10.0 s left", _error.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _error.Dispose();

    [Fact]
    public void Nothing_to_do_is_done()
    {
        new RowProgress(Terminal.Of(TextWriter.Null, _error, _clock), "ingest", 0).Dispose();
        Assert.StartsWith("ingest [########################] 100 %  0 of 0 rows", _error.ToString(), StringComparison.Ordinal);
    }
}

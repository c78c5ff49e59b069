using System.Globalization;
using IqdbFlat.Cli.CommandLine;

namespace IqdbFlat.Cli.Output;

/// <summary>
/// How far rows have come, on standard error: rows, share, rows a second, time left. On a terminal one line is written over; elsewhere a
/// line comes every ten seconds. Safe to report to from any thread.
/// </summary>
internal sealed class RowProgress : IProgress<long>, IDisposable
{
    private const int BarWidth = 24;
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private readonly Terminal _terminal;
    private readonly string _what;
    private readonly long? _total;
    private readonly long _start;
    private readonly long _first;
    private long _shown;
    private long _rows;
    private int _width;
    private bool _ended;

    /// <summary>Begins.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <param name="what">The work, such as <c>ingest</c>.</param>
    /// <param name="total">All rows, where known.</param>
    /// <param name="first">Rows that were done before, which do not count for the rate.</param>
    public RowProgress(Terminal terminal, string what, long? total, long first = 0)
    {
        _terminal = terminal;
        _what = what;
        _total = total;
        _first = _rows = first;
        _start = _shown = terminal.Time.GetTimestamp();
    }

    /// <summary>Tells the rows that are done, those done before with them.</summary>
    public void Report(long value)
    {
        lock (_lock)
        {
            _rows = Math.Max(_rows, value);
            if (_ended || _terminal.Time.GetElapsedTime(_shown) < (_terminal.ErrorIsTerminal ? OnTerminal : Elsewhere))
                return;
            _shown = _terminal.Time.GetTimestamp();
            Show(Line());
        }
    }

    /// <summary>Shows where it ended, and ends the line.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_ended)
                return;
            _ended = true;
            Show(Line());
            if (_terminal.ErrorIsTerminal)
                _terminal.Error.WriteLine();
        }
    }

    private void Show(string line)
    {
        if (!_terminal.ErrorIsTerminal)
        {
            _terminal.Error.WriteLine(line);
            return;
        }

        // A shorter line must cover the longer one before it.
        _terminal.Error.Write("\r" + line.PadRight(_width));
        _terminal.Error.Flush();
        _width = line.Length;
    }

    private string Line()
    {
        var elapsed = _terminal.Time.GetElapsedTime(_start);
        double rate = elapsed > TimeSpan.Zero ? (_rows - _first) / elapsed.TotalSeconds : 0;
        string line = _total is { } total
            ? $"{_what} {Bar(total)}{Quantity.Count(_rows)} of {Quantity.Count(total)} rows"
            : $"{_what} {Quantity.Count(_rows)} rows";
        if (rate > 0)
            line += $", {Quantity.Count((long)rate)} rows/s";
        if (_ended)
            return line + $", {Quantity.Duration(elapsed)}";
        return _total is { } all && rate > 0 ? line + $", {Quantity.Duration(TimeLeft((all - _rows) / rate))} left" : line;
    }

    private string Bar(long total)
    {
        double share = total > 0 ? Math.Clamp((double)_rows / total, 0, 1) : 1;
        int full = (int)(share * BarWidth);
        string percent = ((int)(share * 100)).ToString(CultureInfo.InvariantCulture);
        return $"[{new string('#', full)}{new string('.', BarWidth - full)}] {percent} %  ";
    }

    private static TimeSpan TimeLeft(double seconds) => TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(seconds), 0, 359_999));
}

using Spectre.Console;

namespace IqdbFlat.Cli.CommandLine;

/// <summary>Where a command writes: data to <see cref="Output"/>, progress and errors to <see cref="Error"/>.</summary>
/// <param name="Output">Standard output: what another program may read.</param>
/// <param name="Error">Standard error: what only people read.</param>
/// <param name="OutputIsTerminal">Whether a person looks at the output.</param>
/// <param name="ErrorIsTerminal">Whether a person looks at the progress, so that a line may be written over.</param>
/// <param name="Time">The clock of progress lines.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, bool OutputIsTerminal, bool ErrorIsTerminal, TimeProvider Time)
{
    /// <summary>Columns of a table that goes to a file or a pipe, so that no cell is cut for want of a screen.</summary>
    private const int RedirectedWidth = 240;

    /// <summary>Looks up a variable of the environment: where secrets come from, since a command line can be read by others.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The streams of this process.</summary>
    public static Terminal OfProcess() => new(
        Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected, TimeProvider.System);

    /// <summary>Streams that are no terminal, for tests and for programs that call commands.</summary>
    public static Terminal Of(TextWriter output, TextWriter error, TimeProvider? time = null) =>
        new(output, error, false, false, time ?? TimeProvider.System);

    /// <summary>A console for tables on the output.</summary>
    public IAnsiConsole CreateTables()
    {
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(Output),
            Ansi = OutputIsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = InteractionSupport.No,
        });
        if (!OutputIsTerminal)
            console.Profile.Width = RedirectedWidth;
        return console;
    }
}

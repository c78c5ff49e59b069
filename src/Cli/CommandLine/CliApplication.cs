using System.CommandLine;
using System.CommandLine.Invocation;

namespace IqdbFlat.Cli.CommandLine;

/// <summary>The tool: its commands, and the one way in for the process and for tests.</summary>
internal static class CliApplication
{
    /// <summary>Seconds that a command has after Ctrl-C to end by itself: a silo in the process closes its store in that time.</summary>
    private const int SecondsToStop = 20;

    private static readonly ParserConfiguration Parser = new()
    {
        // A filter or vector may begin with @, and a negative number with a dash: both mean themselves.
        ResponseFileTokenReplacer = null,
        EnablePosixBundling = false,
    };

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The arguments, without the name of the program.</param>
    /// <param name="terminal">Where data and progress go.</param>
    /// <param name="commands">The commands that there are.</param>
    /// <param name="cancellationToken">Stops the command as Ctrl-C does.</param>
    public static async Task<ExitCode> RunAsync(
        string[] args, Terminal terminal, IEnumerable<CliCommand> commands, CancellationToken cancellationToken = default)
    {
        var values = Parse(args, commands);
        if (values.Action is ParseErrorAction)
            return Refuse(values, terminal);
        return (ExitCode)await values.InvokeAsync(
            new()
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeSpan.FromSeconds(SecondsToStop),
            },
            cancellationToken);
    }

    /// <summary>Parses a command line and runs nothing. Commands belong to one parse.</summary>
    public static ParseResult Parse(string[] args, IEnumerable<CliCommand> commands)
    {
        var root = new RootCommand("Exact vector search on Orleans. Exit codes: 0 done, 1 failed, 2 bad input, 130 stopped by Ctrl-C.");
        GlobalOptions.AddTo(root);
        foreach (var command in commands)
            root.Add(command);
        return root.Parse(args, Parser);
    }

    private static ExitCode Refuse(ParseResult values, Terminal terminal)
    {
        foreach (var error in values.Errors)
            terminal.Error.WriteLine(error.Message);
        var command = values.CommandResult.Command;
        terminal.Error.WriteLine($"See: {(command is RootCommand ? "iqdbflat" : $"iqdbflat {command.Name}")} --help");
        return ExitCode.BadInput;
    }
}

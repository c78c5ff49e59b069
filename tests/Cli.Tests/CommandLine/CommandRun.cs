using IqdbFlat.Cli.CommandLine;

namespace IqdbFlat.Cli.Tests.CommandLine;

/// <summary>What a command said and how it ended.</summary>
internal sealed record CommandRun(ExitCode Code, string Output, string Error)
{
    /// <summary>The lines of the output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Runs a command in this process.</summary>
    public static async Task<CommandRun> OfAsync(Func<Terminal, CliCommand> command, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = Terminal.Of(output, error);
        var code = await CliApplication.RunAsync(args, terminal, [command(terminal)], TestContext.Current.CancellationToken);
        return new(code, output.ToString(), error.ToString());
    }
}

using System.CommandLine;
using System.Text.Json;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.CommandLine;

/// <summary>
/// A command of the tool: its arguments and options are added by the constructor, its work is <see cref="RunAsync"/>. Errors become one
/// sentence on standard error and an exit code here, once for all commands.
/// </summary>
internal abstract class CliCommand : Command
{
    private readonly Terminal _terminal;

    /// <summary>Names the command.</summary>
    protected CliCommand(string name, string description, Terminal terminal)
        : base(name, description)
    {
        _terminal = terminal;
        SetAction(async (values, cancellationToken) => (int)await GuardedAsync(values, cancellationToken));
    }

    /// <summary>Does the work.</summary>
    /// <param name="context">The parsed command line and where to write.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl-C.</param>
    protected abstract Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken);

    private async Task<ExitCode> GuardedAsync(ParseResult values, CancellationToken cancellationToken)
    {
        var context = new CommandContext(values, _terminal, values.GetValue<bool>(GlobalOptions.Json));
        try
        {
            return await RunAsync(context, cancellationToken);
        }
        catch (FlatIndexException exception)
        {
            Report(context, exception.Kind.ToString(), exception.Message);
            return ExitCodes.Of(exception.Kind);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Report(context, "Cancelled", "stopped before the end: what was acknowledged stays");
            return ExitCode.Cancelled;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(context, "InputOutput", exception.Message);
            return ExitCode.Failed;
        }
    }

    private void Report(CommandContext context, string kind, string message)
    {
        if (context.Json)
            JsonOutput.Write(_terminal.Error, json => WriteError(json, kind, message));
        else
            _terminal.Error.WriteLine($"{Name}: {PlainText.OneLine(message)}");
    }

    private static void WriteError(Utf8JsonWriter json, string kind, string message)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("kind", kind);
        json.WriteString("message", message);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}

using System.Text.Json;
using IqdbFlat.Cli.CommandLine;

namespace IqdbFlat.Cli.Tests.CommandLine;

/// <summary>What a command said and how it ended.</summary>
internal sealed record CommandRun(ExitCode Code, string Output, string Error)
{
    /// <summary>The lines of the output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The output as one JSON value.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The lines of the output, each a JSON value.</summary>
    public JsonElement[] JsonLines => [.. Lines.Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The last line of the errors: what went wrong, in one sentence.</summary>
    public string Sentence => Error.TrimEnd('\n').Split('\n')[^1];

    /// <summary>Runs a command in this process.</summary>
    public static async Task<CommandRun> OfAsync(Func<Terminal, CliCommand> command, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = Terminal.Of(output, error);
        var code = await CliApplication.RunAsync(args, terminal, [command(terminal)], TestContext.Current.CancellationToken);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>The run, if it went well.</summary>
    public CommandRun Ok()
    {
        Assert.True(Code == ExitCode.Ok, $"{Code}: {Error}");
        return this;
    }

    /// <summary>The run, if it ended with this code and a last line that holds these words.</summary>
    public CommandRun Fails(ExitCode code, params ReadOnlySpan<string> words)
    {
        Assert.Equal(code, Code);
        foreach (string word in words)
            Assert.Contains(word, Sentence, StringComparison.Ordinal);
        return this;
    }
}

using System.Text.Json;
using IqdbFlat.Cli.CommandLine;

namespace IqdbFlat.Cli.Tests.Commands;

/// <summary>What a command came to.</summary>
internal sealed record CommandRun(ExitCode Code, string Output, string Error)
{
    /// <summary>The output as one JSON value.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The lines of the output, each a JSON value.</summary>
    public JsonElement[] JsonLines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The last line of the errors: what went wrong, in one sentence.</summary>
    public string Sentence => Error.TrimEnd('\n').Split('\n')[^1];

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

using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;

namespace IqdbFlat.Cli.Conformance;

/// <summary>What came of golden cases: how many passed, and the failures in the order of the file.</summary>
/// <param name="Passed">Cases that passed.</param>
/// <param name="Failures">The others, and lines that are no cases, with why.</param>
internal sealed record ConformanceReport(int Passed, IReadOnlyList<(string Name, string Why)> Failures)
{
    /// <summary>A line for each failure, then <c>N passed, M failed</c>; or all of it as one JSON object.</summary>
    public void Print(CommandContext context)
    {
        var output = context.Terminal.Output;
        if (context.Json)
        {
            JsonOutput.Write(output, Write);
            return;
        }

        foreach (var (name, why) in Failures)
            output.WriteLine($"FAIL {PlainText.OneLine(name)}: {PlainText.OneLine(why)}");
        output.WriteLine($"{Passed} passed, {Failures.Count} failed");
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("passed", Passed);
        json.WriteNumber("failed", Failures.Count);
        json.WriteStartArray("failures");
        foreach (var (name, why) in Failures)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("why", why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

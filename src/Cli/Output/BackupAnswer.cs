using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Client;

namespace IqdbFlat.Cli.Output;

/// <summary>What a backup holds, for people and as JSON.</summary>
internal static class BackupAnswer
{
    /// <summary>Prints it in the form that was asked for.</summary>
    /// <param name="context">Where to.</param>
    /// <param name="what">What was done, in words.</param>
    /// <param name="file">The file.</param>
    /// <param name="report">What it holds.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="restoredAs">The name of the restored index, after a restore.</param>
    public static void Print(CommandContext context, string what, string file, BackupReport report, TimeSpan elapsed, string? restoredAs = null)
    {
        if (context.Json)
        {
            JsonOutput.Write(context.Terminal.Output, json => Write(json, file, report, elapsed, restoredAs));
            return;
        }

        var output = context.Terminal.Output;
        output.WriteLine(PlainText.OneLine(
            $"{Quantity.Count(report.Digest.Rows)} rows of {report.Index} {what}: {Quantity.Bytes(report.Bytes)} in {Quantity.Duration(elapsed)}"));
        output.WriteLine($"taken {report.Taken:u}, writes paused for {Quantity.Duration(report.Pause)}, digest {report.Digest}");
        if (report.Fenced > 0)
            output.WriteLine($"{Quantity.Count(report.Fenced)} batches over several shards did not end in time and were shut out: their callers were told that they may have been applied");
    }

    private static void Write(Utf8JsonWriter json, string file, BackupReport report, TimeSpan elapsed, string? restoredAs)
    {
        json.WriteStartObject();
        json.WriteString("index", report.Index);
        if (restoredAs is not null)
            json.WriteString("restored_as", restoredAs);
        json.WriteString("file", file);
        json.WriteString("incarnation", report.Incarnation);
        json.WriteNumber("dimension", report.Settings.Dimension);
        json.WriteString("metric", report.Settings.Metric.ToString().ToLowerInvariant());
        json.WriteNumber("shards", report.Settings.Shards);
        json.WriteNumber("rows", report.Digest.Rows);
        json.WriteString("digest", report.Digest.ToString());
        json.WriteNumber("sequence_high_water", report.SequenceHighWater);
        json.WriteString("taken", report.Taken);
        json.WriteNumber("pause_ms", report.Pause.TotalMilliseconds);
        json.WriteNumber("fenced", report.Fenced);
        json.WriteNumber("bytes", report.Bytes);
        json.WriteNumber("seconds", elapsed.TotalSeconds);
        json.WriteEndObject();
    }
}

using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;

namespace IqdbFlat.Cli.Commands.Ingest;

/// <summary>What an ingest came to.</summary>
internal sealed class IngestReport(CommandContext context, string index, string file)
{
    private readonly long _start = context.Terminal.Time.GetTimestamp();

    /// <summary>Every row of the file is in.</summary>
    public void Done(long rows, long skipped)
    {
        if (context.Json)
        {
            Write(rows, skipped, complete: true);
            return;
        }

        string before = skipped > 0 ? $", {Quantity.Count(skipped)} of them from an earlier run" : "";
        context.Terminal.Output.WriteLine($"{Quantity.Count(rows)} rows of {PlainText.OneLine(file)} are in {index}{before}; this run took {Quantity.Duration(Elapsed())}");
    }

    /// <summary>Something stopped the ingest; the error itself is told elsewhere.</summary>
    public void Stopped(long rows, long skipped)
    {
        if (context.Json)
            Write(rows, skipped, complete: false);
        else
            context.Terminal.Error.WriteLine($"{Quantity.Count(rows)} rows of {PlainText.OneLine(file)} are in {index} and stay; the same command with --resume goes on after them");
    }

    private void Write(long rows, long skipped, bool complete)
    {
        double seconds = Elapsed().TotalSeconds;
        JsonOutput.Write(context.Terminal.Output, json =>
        {
            json.WriteStartObject();
            json.WriteString("index", index);
            json.WriteString("file", file);
            json.WriteBoolean("complete", complete);
            json.WriteNumber("rows", rows);
            json.WriteNumber("skipped", skipped);
            json.WriteNumber("seconds", seconds);
            json.WriteEndObject();
        });
    }

    private TimeSpan Elapsed() => context.Terminal.Time.GetElapsedTime(_start);
}

using System.CommandLine;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Commands;

/// <summary>Writes the rows of an index to a file.</summary>
internal sealed class ExportCommand : ClusterCommand
{
    private readonly Argument<string> _name = IndexArgument();

    private readonly Argument<string> _file = new("file")
    {
        Description = "A name that tells the form: .jsonl, .csv or .parquet (ids, exact floats, metadata), or .fvecs, .npy, .hdf5 and others (vectors alone); appears when it is whole",
    };

    public ExportCommand(Terminal terminal)
        : base("export", "Write all rows of an index to a file, in the order of insertion", terminal) => Declare(_name, _file);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string file = context.Values.GetRequiredValue(_file);
        RowFiles.CheckName(file);
        await using var cluster = await ConnectAsync(context, cancellationToken);
        var index = await cluster.Client.OpenAsync(context.Values.GetRequiredValue(_name), cancellationToken);
        using var writer = RowFiles.Create(file, index.Dimension, index.Parts);
        long start = context.Terminal.Time.GetTimestamp();
        using (var progress = QuietProgress.Begin(context, "export", await index.CountAsync(cancellationToken)))
        {
            await foreach (var row in index.ExportAsync(cancellationToken: cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                writer.Write(new Row(row.Id, row.Vector, row.Metadata));
                progress?.Report(writer.RowsWritten);
            }
        }

        writer.Complete();
        Print(context, index.Name, file, writer.RowsWritten, context.Terminal.Time.GetElapsedTime(start));
        return ExitCode.Ok;
    }

    private static void Print(CommandContext context, string index, string file, long rows, TimeSpan elapsed)
    {
        if (!context.Json)
        {
            context.Terminal.Output.WriteLine($"{Quantity.Count(rows)} rows of {index} written to {PlainText.OneLine(file)} in {Quantity.Duration(elapsed)}");
            return;
        }

        JsonOutput.Write(context.Terminal.Output, json =>
        {
            json.WriteStartObject();
            json.WriteString("index", index);
            json.WriteString("file", file);
            json.WriteNumber("rows", rows);
            json.WriteNumber("seconds", elapsed.TotalSeconds);
            json.WriteEndObject();
        });
    }
}

using System.CommandLine;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Output;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Commands.Ingest;

/// <summary>Writes the rows of a file to an index.</summary>
internal sealed class IngestCommand : ClusterCommand
{
    private static readonly int MaxBatchRows = new IqdbFlatClientOptions().BatchRows;

    private readonly Argument<string> _name = IndexArgument();

    private readonly Argument<string> _file = new("file")
    {
        Description = "Rows to write, in a form that the name tells (see the list of forms in the documentation), compressed by gzip or not; - for standard input",
    };

    private readonly Option<string?> _format = new("--format")
    {
        Description = "The form of the rows, where neither the name nor the content tells it: jsonl, csv, fvecs, ivecs, bvecs, fbin, ibin, u8bin, i8bin, npy, parquet or hdf5",
    };

    private readonly Option<bool> _upsert = new("--upsert") { Description = "A row whose id is there replaces it; without, that is an error" };

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on where an earlier run stopped: rows at the beginning of the file that are in the index already, with the same content and order, are passed over",
    };

    private readonly Option<int> _batchRows = new("--batch-rows")
    {
        Description = $"Rows that are acknowledged together, at most: 1 to {MaxBatchRows}",
        DefaultValueFactory = _ => MaxBatchRows,
    };

    public IngestCommand(Terminal terminal)
        : base("ingest", "Write the rows of a file to an index, in the file's order", terminal) => Declare(_name, _file, _format, _upsert, _resume, _batchRows);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var values = context.Values;
        string file = values.GetRequiredValue(_file);
        int batchRows = values.GetValue(_batchRows);
        if (batchRows < 1 || batchRows > MaxBatchRows)
            throw FlatIndexException.InvalidConfig($"--batch-rows is 1 to {MaxBatchRows}, found {batchRows}");
        string? format = values.GetValue(_format);
        bool isPipe = file == RowFiles.StandardInput;
        if (isPipe && values.GetValue(_resume))
            throw FlatIndexException.InvalidConfig("--resume reads the rows from their beginning again: expected a file, found standard input");
        long? total = isPipe ? null : CountRows(file, format);

        await using var cluster = await ConnectAsync(context, cancellationToken);
        var index = await cluster.Client.OpenAsync(values.GetRequiredValue(_name), cancellationToken);
        var ingest = new FileIngest(index, file, new(values.GetValue(_upsert), values.GetValue(_resume), batchRows, format));
        var report = new IngestReport(context, index.Name, file);
        try
        {
            using (var progress = values.GetValue(_resume) ? QuietProgress.Begin(context, "compare", total) : null)
                await ingest.SkipAsync(progress, cancellationToken);
            using (var progress = QuietProgress.Begin(context, "ingest", total, ingest.RowsIn))
                await ingest.WriteAsync(progress, cancellationToken);
        }
        catch
        {
            report.Stopped(ingest.RowsIn, ingest.Skipped);
            throw;
        }

        report.Done(ingest.RowsIn, ingest.Skipped);
        return ExitCode.Ok;
    }

    /// <summary>The rows that the file promises. A file that is none, or cut short, is told before a connection is made.</summary>
    private static long? CountRows(string file, string? format)
    {
        using var reader = RowFiles.Open(file, format);
        return reader.RowCount;
    }
}

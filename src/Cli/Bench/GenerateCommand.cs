using System.CommandLine;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary><c>generate</c>: the rows and queries that <c>bench --generate</c> measures, as files for any other program.</summary>
internal sealed class GenerateCommand : CliCommand
{
    private readonly Argument<string> _data = new("data") { Description = $"The distribution: {Names}" };
    private readonly Option<long> _rows = new("--rows") { Description = "Rows", HelpName = "N", Required = true };
    private readonly Option<int> _dim = new("--dim") { Description = "Components of a vector", HelpName = "D", Required = true };
    private readonly Option<ulong> _seed = new("--seed") { Description = "The seed: the same one, the same bits on every machine", HelpName = "S", DefaultValueFactory = _ => 1 };
    private readonly Option<string> _out = new("--out") { Description = "Where the rows go, in a form that the name tells", HelpName = "OUT", Required = true };
    private readonly Option<bool> _queries = new("--queries") { Description = "Write queries that belong to these rows instead: --rows of them" };
    private readonly Option<long?> _of = new("--of") { Description = "With --queries: the rows that they belong to, for duplicates, which depend on it", HelpName = "N" };

    /// <summary>The command.</summary>
    public GenerateCommand(Terminal terminal)
        : base("generate", "Write generated rows or queries to a file", terminal)
    {
        Add(_data);
        foreach (Option option in (Option[])[_rows, _dim, _seed, _out, _queries, _of])
            Add(option);
    }

    private static string Names => string.Join(", ", Enum.GetNames<GeneratedData>()).ToLowerInvariant();

    /// <inheritdoc/>
    protected override Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var values = context.Values;
        var data = OptionCheck.Name<GeneratedData>("data", values.GetRequiredValue(_data));
        long count = OptionCheck.InRange("--rows", values.GetValue(_rows), 1, long.MaxValue);
        int dimension = OptionCheck.InRange("--dim", values.GetValue(_dim), 1, Limits.Dimension);
        bool queries = values.GetValue(_queries);
        if (values.GetValue(_of) is not null && !queries)
            throw FlatIndexException.InvalidConfig("expected --of together with --queries, found it alone");

        string output = values.GetRequiredValue(_out);
        var generator = RowGenerator.Create(data, dimension, values.GetValue(_of) ?? count, values.GetValue(_seed));
        using var reader = new GeneratedRowReader(generator, queries ? RowStream.Queries : RowStream.Base, count);
        using var writer = RowFiles.Create(output, dimension);
        using (var progress = QuietProgress.Begin(context, "generate", count))
        {
            while (reader.Read())
            {
                writer.Write(new Row(reader.Id, reader.Vector));
                if ((reader.RowsRead & 0xFFF) == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress?.Report(reader.RowsRead);
                }
            }

            progress?.Report(count);
        }

        writer.Complete();
        if (context.Json)
            JsonOutput.Write(context.Terminal.Output, json => Write(json, output, count, dimension));
        else
            context.Terminal.Output.WriteLine($"{output}: {Quantity.Count(count)} rows of {dimension} components");
        return Task.FromResult(ExitCode.Ok);
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, string output, long rows, int dimension)
    {
        json.WriteStartObject();
        json.WriteString("out", output);
        json.WriteNumber("rows", rows);
        json.WriteNumber("dim", dimension);
        json.WriteEndObject();
    }
}

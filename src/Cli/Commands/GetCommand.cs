using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Text;

namespace IqdbFlat.Cli.Commands;

/// <summary>Shows rows by their ids.</summary>
internal sealed class GetCommand : ClusterCommand
{
    private readonly Argument<string> _name = IndexArgument();

    private readonly Argument<string[]> _ids = new("id")
    {
        Description = "Ids: a number such as 7, or bytes such as 0x0a1b",
        Arity = ArgumentArity.OneOrMore,
    };

    public GetCommand(Terminal terminal)
        : base("get", "Show rows by their ids; an id that is not there is an error after those that are", terminal) => Declare(_name, _ids);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        RowId[] ids = [.. context.Values.GetRequiredValue(_ids).Select(RowIdText.Parse)];
        await using var cluster = await ConnectAsync(context, cancellationToken);
        var index = await cluster.Client.OpenAsync(context.Values.GetRequiredValue(_name), cancellationToken);
        var rows = await index.GetBatchAsync(ids, cancellationToken);
        if (context.Json)
            JsonOutput.Write(context.Terminal.Output, json => Write(json, rows, index.Parts));
        else if (rows.Any(row => row is not null))
            Print(context.Terminal, rows, index.Parts);
        for (int i = 0; i < ids.Length; i++)
        {
            if (rows[i] is null)
                throw FlatIndexException.NotFound(ids[i]);
        }

        return ExitCode.Ok;
    }

    private static void Print(Terminal terminal, IReadOnlyList<StoredRow?> rows, VectorParts? parts)
    {
        var table = new ResultTable(">id", ">sequence", "vector", "metadata");
        foreach (var found in rows)
        {
            if (found is { } row)
            {
                table.Add(
                    RowIdText.Of(row.Id),
                    row.Sequence.ToString(CultureInfo.InvariantCulture),
                    RowText.Vector(row.Vector, parts),
                    MetadataText.Of(row.Metadata));
            }
        }

        table.Print(terminal);
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<StoredRow?> rows, VectorParts? parts)
    {
        json.WriteStartObject();
        json.WriteStartArray("rows");
        foreach (var found in rows)
        {
            if (found is { } row)
                RowAnswer.Write(json, row, parts);
            else
                json.WriteNullValue();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

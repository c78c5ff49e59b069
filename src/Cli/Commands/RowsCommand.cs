using System.CommandLine;
using System.Globalization;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Text;

namespace IqdbFlat.Cli.Commands;

/// <summary>Lists rows, a page at a time.</summary>
internal sealed class RowsCommand : ClusterCommand
{
    private readonly Argument<string> _name = IndexArgument();
    private readonly Option<string?> _filter = new("--filter") { Description = "Which rows count, such as \"year >= 2020\"; all where none is given" };
    private readonly Option<string[]> _order = new("--order-by") { Description = "A field to order by, such as year, or year:desc; give it again for further ones. Without: the order of insertion" };
    private readonly Option<int> _limit = new("--limit") { Description = $"Rows of the page, 1 to {ListOptions.MaxLimit}", DefaultValueFactory = _ => 20 };
    private readonly Option<int> _offset = new("--offset") { Description = "Rows to pass over before the page" };
    private readonly Option<string?> _cursor = new("--cursor") { Description = "The cursor that the page before told" };
    private readonly Option<bool> _vectors = new("--vectors") { Description = "Show the rows' vectors too" };

    public RowsCommand(Terminal terminal)
        : base("rows", "List the rows of an index, a page at a time, in the order of insertion or by fields", terminal) =>
        Declare(_name, _filter, _order, _limit, _offset, _cursor, _vectors);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var values = context.Values;
        var options = new ListOptions
        {
            Filter = values.GetValue(_filter) is { } filter ? FilterText.Parse(filter) : null,
            OrderBy = [.. (values.GetValue(_order) ?? []).Select(Order)],
            Limit = values.GetValue(_limit),
            Skip = values.GetValue(_offset),
            Cursor = values.GetValue(_cursor),
            IncludeVectors = values.GetValue(_vectors),
        };
        await using var cluster = await ConnectAsync(context, cancellationToken);
        var index = await cluster.Client.OpenAsync(values.GetRequiredValue(_name), cancellationToken);
        var page = await index.ListAsync(options, cancellationToken);
        if (context.Json)
            PrintJson(context.Terminal, page, index.Parts);
        else
            PrintTable(context.Terminal, page, index.Parts, options.IncludeVectors);
        return ExitCode.Ok;
    }

    private static FieldOrder Order(string text) => text.EndsWith(":desc", StringComparison.Ordinal) ? new(text[..^5], Descending: true)
        : text.EndsWith(":asc", StringComparison.Ordinal) ? new(text[..^4])
        : new(text);

    private static void PrintJson(Terminal terminal, RowPage page, VectorParts? parts) => JsonOutput.Write(terminal.Output, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("rows");
        foreach (var row in page.Rows)
            RowAnswer.Write(json, row, parts);
        json.WriteEndArray();
        json.WriteString("cursor", page.Cursor);
        json.WriteEndObject();
    });

    private static void PrintTable(Terminal terminal, RowPage page, VectorParts? parts, bool vectors)
    {
        if (page.Rows.Count == 0)
        {
            terminal.Output.WriteLine("no rows");
            return;
        }

        var table = vectors ? new ResultTable(">id", ">sequence", "vector", "metadata") : new ResultTable(">id", ">sequence", "metadata");
        foreach (var row in page.Rows)
        {
            string sequence = row.Sequence.ToString(CultureInfo.InvariantCulture);
            if (vectors)
                table.Add(RowIdText.Of(row.Id), sequence, RowText.Vector(row.Vector, parts), MetadataText.Of(row.Metadata));
            else
                table.Add(RowIdText.Of(row.Id), sequence, MetadataText.Of(row.Metadata));
        }

        table.Print(terminal);
        if (page.Cursor is not null)
            terminal.Output.WriteLine($"more with --cursor {page.Cursor}");
    }
}

using System.CommandLine;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Commands;

/// <summary>Counts rows.</summary>
internal sealed class CountCommand : ClusterCommand
{
    private readonly Argument<string> _name = IndexArgument();
    private readonly Option<string?> _filter = new("--filter") { Description = "Which rows count, such as \"year >= 2020\"; all where none is given" };

    public CountCommand(Terminal terminal)
        : base("count", "Count the rows of an index, or those that meet a filter", terminal) => Declare(_name, _filter);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var filter = context.Values.GetValue(_filter) is { } text ? FilterText.Parse(text) : null;
        await using var cluster = await ConnectAsync(context, cancellationToken);
        var index = await cluster.Client.OpenAsync(context.Values.GetRequiredValue(_name), cancellationToken);
        long rows = await index.CountMatchingAsync(filter, cancellationToken);
        if (!context.Json)
        {
            context.Terminal.Output.WriteLine(Quantity.Count(rows));
            return ExitCode.Ok;
        }

        JsonOutput.Write(context.Terminal.Output, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("rows", rows);
            json.WriteEndObject();
        });
        return ExitCode.Ok;
    }
}

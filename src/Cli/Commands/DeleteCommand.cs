using System.CommandLine;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Commands;

/// <summary>Removes rows by their ids.</summary>
internal sealed class DeleteCommand : ClusterCommand
{
    private readonly Argument<string> _name = IndexArgument();

    private readonly Argument<string[]> _ids = new("id")
    {
        Description = "Ids: a number such as 7, or bytes such as 0x0a1b; an id given twice counts once",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _filter = new("--filter") { Description = "In place of ids: the rows that meet a filter, such as \"year < 2020\"" };

    public DeleteCommand(Terminal terminal)
        : base("delete", "Remove rows by their ids, or those that meet a filter", terminal) => Declare(_name, _ids, _filter);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        RowId[] ids = [.. (context.Values.GetValue(_ids) ?? []).Select(RowIdText.Parse).Distinct()];
        var filter = context.Values.GetValue(_filter) is { } text ? FilterText.Parse(text) : null;
        if (filter is null == ids.Length is 0)
            throw FlatIndexException.InvalidConfig($"expected ids or --filter, found {(filter is null ? "neither" : "both")}");
        await using var cluster = await ConnectAsync(context, cancellationToken);
        var index = await cluster.Client.OpenAsync(context.Values.GetRequiredValue(_name), cancellationToken);

        if (filter is not null)
        {
            PrintMatching(context, await index.DeleteMatchingAsync(filter, cancellationToken: cancellationToken));
            return ExitCode.Ok;
        }

        // The call for one id says itself that it is not there.
        int removed = 1;
        if (ids is [var only])
            await index.DeleteAsync(only, cancellationToken: cancellationToken);
        else
            removed = await index.DeleteBatchAsync(ids, cancellationToken: cancellationToken);
        Print(context, ids.Length, removed);
        return ExitCode.Ok;
    }

    private static void PrintMatching(CommandContext context, long removed)
    {
        if (!context.Json)
        {
            context.Terminal.Output.WriteLine($"removed {Quantity.Count(removed)}");
            return;
        }

        JsonOutput.Write(context.Terminal.Output, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("removed", removed);
            json.WriteEndObject();
        });
    }

    private static void Print(CommandContext context, int asked, int removed)
    {
        if (!context.Json)
        {
            context.Terminal.Output.WriteLine(removed == asked
                ? $"removed {Quantity.Count(removed)}"
                : $"removed {Quantity.Count(removed)} of {Quantity.Count(asked)}: the others were not there");
            return;
        }

        JsonOutput.Write(context.Terminal.Output, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("asked", asked);
            json.WriteNumber("removed", removed);
            json.WriteEndObject();
        });
    }
}

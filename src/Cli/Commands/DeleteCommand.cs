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
        Arity = ArgumentArity.OneOrMore,
    };

    public DeleteCommand(Terminal terminal)
        : base("delete", "Remove rows by their ids", terminal) => Declare(_name, _ids);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        RowId[] ids = [.. context.Values.GetRequiredValue(_ids).Select(RowIdText.Parse).Distinct()];
        await using var cluster = await ConnectAsync(context, cancellationToken);
        var index = await cluster.Client.OpenAsync(context.Values.GetRequiredValue(_name), cancellationToken);

        // The call for one id says itself that it is not there.
        int removed = 1;
        if (ids is [var only])
            await index.DeleteAsync(only, cancellationToken: cancellationToken);
        else
            removed = await index.DeleteBatchAsync(ids, cancellationToken: cancellationToken);
        Print(context, ids.Length, removed);
        return ExitCode.Ok;
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

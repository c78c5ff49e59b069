using System.CommandLine;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Commands;

/// <summary>Removes an index.</summary>
internal sealed class DropCommand : ClusterCommand
{
    private readonly Argument<string> _name = IndexArgument();
    private readonly Option<bool> _yes = new("--yes") { Description = "Yes, the index and all of its rows; without it nothing is removed" };

    public DropCommand(Terminal terminal)
        : base("drop", "Remove an index and all of its rows for good", terminal) => Declare(_name, _yes);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string name = context.Values.GetRequiredValue(_name);
        if (!context.Values.GetValue(_yes))
            throw FlatIndexException.InvalidConfig($"dropping removes the index '{name}' and all of its rows for good: expected --yes, found none");
        await using var cluster = await ConnectAsync(context, cancellationToken);
        await cluster.Client.DropAsync(name, cancellationToken);
        if (context.Json)
        {
            JsonOutput.Write(context.Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.WriteString("dropped", name);
                json.WriteEndObject();
            });
        }
        else
        {
            context.Terminal.Output.WriteLine($"dropped {name}");
        }

        return ExitCode.Ok;
    }
}

using System.CommandLine;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;

namespace IqdbFlat.Cli.Commands;

/// <summary>Gives an index another name.</summary>
internal sealed class RenameCommand : ClusterCommand
{
    private readonly Argument<string> _name = IndexArgument();
    private readonly Argument<string> _newName = IndexArgument("new-name", "The name that it gets, which no index may have");

    public RenameCommand(Terminal terminal)
        : base("rename", "Give an index another name; its rows stay", terminal) => Declare(_name, _newName);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var cluster = await ConnectAsync(context, cancellationToken);
        var values = context.Values;
        IndexAnswer.Print(
            context, await cluster.Client.RenameAsync(values.GetRequiredValue(_name), values.GetRequiredValue(_newName), cancellationToken));
        return ExitCode.Ok;
    }
}

using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;

namespace IqdbFlat.Cli.Commands;

/// <summary>Names all indexes of the cluster.</summary>
internal sealed class ListCommand : ClusterCommand
{
    public ListCommand(Terminal terminal)
        : base("list", "List the indexes of the cluster", terminal) => Declare();

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var cluster = await ConnectAsync(context, cancellationToken);
        var indexes = await cluster.Client.ListAsync(cancellationToken);
        IndexAnswer.Print(context, indexes);
        return indexes.Damaged.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }
}

using System.CommandLine;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;

namespace IqdbFlat.Cli.Commands;

/// <summary>Says what an index holds.</summary>
internal sealed class StatsCommand : ClusterCommand
{
    private readonly Argument<string> _name = IndexArgument();

    public StatsCommand(Terminal terminal)
        : base("stats", "Show what an index holds, shard by shard: rows, memory, disk", terminal) => Declare(_name);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var cluster = await ConnectAsync(context, cancellationToken);
        var index = await cluster.Client.OpenAsync(context.Values.GetRequiredValue(_name), cancellationToken);
        StatsAnswer.Print(context, index.Description, await index.StatsAsync(cancellationToken));
        return ExitCode.Ok;
    }
}

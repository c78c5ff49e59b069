using System.CommandLine;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;

namespace IqdbFlat.Cli.Commands;

/// <summary>Says what an index is.</summary>
internal sealed class DescribeCommand : ClusterCommand
{
    private readonly Argument<string> _name = IndexArgument();

    public DescribeCommand(Terminal terminal)
        : base("describe", "Show what an index is: dimension, metric, shards and the silos that hold them", terminal) => Declare(_name);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var cluster = await ConnectAsync(context, cancellationToken);
        string name = context.Values.GetRequiredValue(_name);
        var index = await cluster.Client.DescribeAsync(name, cancellationToken);
        IndexAnswer.Print(context, index, await cluster.Client.LocateShardsAsync(name, cancellationToken));
        return ExitCode.Ok;
    }
}

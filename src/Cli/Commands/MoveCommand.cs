using System.CommandLine;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;

namespace IqdbFlat.Cli.Commands;

/// <summary>Moves a shard by hand.</summary>
internal sealed class MoveCommand : ClusterCommand
{
    private readonly Argument<string> _index = IndexArgument();
    private readonly Argument<int> _shard = new("shard") { Description = "The shard's number, from 0" };
    private readonly Option<string> _to = new("--to") { Description = "The silo: its name, or its endpoint for other silos", HelpName = "silo", Required = true };

    public MoveCommand(Terminal terminal)
        : base("move", "Move a shard to a silo; searches and writes wait for it and go on", terminal) => Declare(_index, _shard, _to);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var values = context.Values;
        await using var cluster = await ConnectAsync(context, cancellationToken);
        var move = await cluster.Client.MoveShardAsync(
            values.GetRequiredValue(_index), values.GetRequiredValue(_shard), values.GetRequiredValue(_to), cancellationToken);
        MoveAnswer.Print(context, move);
        return ExitCode.Ok;
    }
}

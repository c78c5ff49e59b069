using System.CommandLine;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;

namespace IqdbFlat.Cli.Commands;

/// <summary>Spreads shards evenly over the silos.</summary>
internal sealed class RebalanceCommand : ClusterCommand
{
    private readonly Argument<string?> _index = new("name") { Description = "The index; all of them where none is named", Arity = ArgumentArity.ZeroOrOne };

    public RebalanceCommand(Terminal terminal)
        : base("rebalance", "Spread shards evenly over the silos, one move at a time", terminal) => Declare(_index);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var cluster = await ConnectAsync(context, cancellationToken);
        int moves = 0;
        await foreach (var move in cluster.Client.RebalanceAsync(context.Values.GetValue(_index), cancellationToken))
        {
            MoveAnswer.Print(context, move);
            moves++;
        }

        MoveAnswer.PrintEnd(context, moves);
        return ExitCode.Ok;
    }
}

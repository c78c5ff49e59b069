using System.CommandLine;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Client;

namespace IqdbFlat.Cli.Cluster;

/// <summary>A command that talks to a running cluster. Input is read and checked before the connection is made.</summary>
internal abstract class ClusterCommand : CliCommand
{
    private readonly ConnectionArguments _connection = new();

    /// <summary>Names the command.</summary>
    protected ClusterCommand(string name, string description, Terminal terminal)
        : base(name, description, terminal)
    {
    }

    /// <summary>Adds the command's own arguments and options, and those of the connection after them.</summary>
    protected void Declare(params ReadOnlySpan<Symbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
                Add(argument);
            else
                Add((Option)symbol);
        }

        _connection.AddTo(this);
    }

    /// <summary>Connects to the cluster that the command line names.</summary>
    protected Task<ClusterConnection> ConnectAsync(CommandContext context, CancellationToken cancellationToken) =>
        ClusterConnection.OpenAsync(_connection.Read(context.Values, context.Terminal.Variable), context.Terminal.Time, cancellationToken);

    /// <summary>The argument that names an index.</summary>
    protected static Argument<string> IndexArgument(string name = "name", string description = "The index") => new(name) { Description = description };
}

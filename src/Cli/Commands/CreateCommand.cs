using System.CommandLine;
using IqdbFlat.Abstractions;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;

namespace IqdbFlat.Cli.Commands;

/// <summary>Makes an index.</summary>
internal sealed class CreateCommand : ClusterCommand
{
    private readonly Argument<string> _name = IndexArgument(description: "The new index: 1 to 63 characters out of a to z, 0 to 9 and the hyphen");

    private readonly Option<int> _dimension = new("--dimension") { Description = "Components of every vector, 1 to 65,536", Required = true };

    private readonly Option<string> _metric = new("--metric")
    {
        Description = $"How distances are measured: {MetricText.Names}, in any case",
        Required = true,
    };

    private readonly Option<int> _shards = new("--shards") { Description = "Shards, 1 to 4,096", DefaultValueFactory = _ => 1 };

    private readonly Option<bool> _withoutCodes = new("--without-codes")
    {
        Description = "Keep rows without the codes of certified pruning: about a quarter less memory, slower searches, the same answers",
    };

    private readonly Option<bool> _ifNotExists = new("--if-not-exists")
    {
        Description = "Accept an index of that name with the same settings that is there already",
    };

    public CreateCommand(Terminal terminal)
        : base("create", "Make an index", terminal) => Declare(_name, _dimension, _metric, _shards, _withoutCodes, _ifNotExists);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var values = context.Values;
        var settings = new IndexSettings(values.GetValue(_dimension), MetricText.Parse(values.GetRequiredValue(_metric)), values.GetValue(_shards))
        {
            WithoutCodes = values.GetValue(_withoutCodes),
        };
        settings.Check();
        await using var cluster = await ConnectAsync(context, cancellationToken);
        var index = await cluster.Client.CreateAsync(
            values.GetRequiredValue(_name), settings, values.GetValue(_ifNotExists), cancellationToken);
        IndexAnswer.Print(context, index.Description);
        return ExitCode.Ok;
    }
}

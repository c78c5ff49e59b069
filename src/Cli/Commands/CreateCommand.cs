using System.CommandLine;
using System.Globalization;
using IqdbFlat.Abstractions;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Commands;

/// <summary>Makes an index.</summary>
internal sealed class CreateCommand : ClusterCommand
{
    private readonly Argument<string> _name = IndexArgument(description: "The new index: 1 to 63 characters out of a to z, 0 to 9 and the hyphen");

    private readonly Option<int?> _dimension = new("--dimension") { Description = "Components of every vector, 1 to 65,536" };

    private readonly Option<string?> _metric = new("--metric") { Description = $"How distances are measured: {MetricText.Names}, in any case" };

    private readonly Option<string[]> _vectors = new("--vector")
    {
        Description = "In place of --dimension and --metric: one of several named vectors of a row, such as title:384:cosine; give it for each",
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
        : base("create", "Make an index", terminal) => Declare(_name, _dimension, _metric, _vectors, _shards, _withoutCodes, _ifNotExists);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var values = context.Values;
        var settings = Settings(values.GetValue(_dimension), values.GetValue(_metric), values.GetValue(_vectors) ?? [], values.GetValue(_shards)) with
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

    private static IndexSettings Settings(int? dimension, string? metric, string[] vectors, int shards)
    {
        if (vectors.Length > 0)
        {
            return dimension is null && metric is null
                ? new(new VectorParts([.. vectors.Select(Part)]), shards)
                : throw FlatIndexException.InvalidConfig("expected --dimension and --metric, or --vector for each of several, found both");
        }

        return dimension is { } components && metric is not null
            ? new(components, MetricText.Parse(metric), shards)
            : throw FlatIndexException.InvalidConfig("expected --dimension and --metric, or --vector for each of several, found neither or one of the two");
    }

    private static VectorPart Part(string text)
    {
        int last = text.LastIndexOf(':');
        int first = last < 1 ? -1 : text.LastIndexOf(':', last - 1);
        return first > 0 && int.TryParse(text.AsSpan(first + 1, last - first - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int dimension)
            ? new(text[..first], dimension, MetricText.Parse(text[(last + 1)..]))
            : throw FlatIndexException.InvalidConfig($"expected a vector as name:dimension:metric, such as title:384:cosine, found '{text}'");
    }
}

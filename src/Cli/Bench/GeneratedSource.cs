using IqdbFlat.Cli.Formats;

namespace IqdbFlat.Cli.Bench;

/// <summary>Rows and queries of one distribution and seed.</summary>
internal sealed class GeneratedSource(GeneratedData data, long rows, int dimension, ulong seed, int queries, bool withMetadata) : IBenchSource
{
    private readonly Lazy<RowGenerator> _generator = new(() => RowGenerator.Create(data, dimension, rows, seed));

    /// <inheritdoc/>
    public string Name => $"{data} {seed}".ToLowerInvariant();

    /// <inheritdoc/>
    public RowReader OpenRows() => new GeneratedRowReader(_generator.Value, RowStream.Base, rows, withMetadata);

    /// <inheritdoc/>
    public RowReader OpenQueries() => new GeneratedRowReader(_generator.Value, RowStream.Queries, queries);
}

using IqdbFlat.Engine;
using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>What is fixed when an index is created.</summary>
/// <param name="Dimension">Components of every vector, 1 to 65,536; where rows have several vectors, of a packed one.</param>
/// <param name="Metric">How distances are measured; where rows have several vectors, those to the first.</param>
/// <param name="Shards">The number of shards, 1 to 4,096.</param>
[GenerateSerializer, Immutable, Alias("iqdb.IndexSettings")]
public sealed record IndexSettings(
    [property: Id(0)] int Dimension,
    [property: Id(1)] Metric Metric,
    [property: Id(2)] int Shards)
{
    /// <summary>An index whose rows have several named vectors.</summary>
    /// <param name="parts">The vectors of a row.</param>
    /// <param name="shards">The number of shards, 1 to 4,096.</param>
    public IndexSettings(VectorParts parts, int shards)
        : this((parts ?? throw new ArgumentNullException(nameof(parts))).RowComponents, parts[0].Metric, shards) => Parts = parts;

    /// <summary>The named vectors of a row; null for rows that are one vector without a name.</summary>
    [Id(3)]
    public VectorParts? Parts { get; init; }

    /// <summary>
    /// Whether rows are kept without the codes of certified pruning: about a quarter less memory, and searches that read every row. No answer depends on it.
    /// </summary>
    [Id(4)]
    public bool WithoutCodes { get; init; }

    /// <summary>Shards of an index, at most: one a slot.</summary>
    public const int MaxShards = RowIdHash.Slots;

    /// <summary>The dimension and metric of the vector that a search names.</summary>
    /// <param name="name">The name, or null for the only vector.</param>
    /// <param name="place">Its place among the vectors of a row.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: no such vector, or none is named where there are several.</exception>
    public (int Dimension, Metric Metric) VectorOf(string? name, out int place)
    {
        place = VectorParts.PlaceOf(Parts, name);
        return Parts is null ? (Dimension, Metric) : (Parts[place].Dimension, Parts[place].Metric);
    }

    /// <summary>Throws <see cref="FlatErrorKind.InvalidConfig"/> when a setting is out of range.</summary>
    public void Check()
    {
        IndexCheck.Settings(Dimension, Metric);
        if (Parts is { } parts && (Dimension != parts.RowComponents || Metric != parts[0].Metric))
            throw FlatIndexException.InvalidConfig($"the dimension of rows with the vectors {parts} is {parts.RowComponents} and their metric {parts[0].Metric}, found {Dimension} and {Metric}");
        if (Shards is < 1 or > MaxShards)
            throw FlatIndexException.InvalidConfig($"the number of shards is 1 to {MaxShards}, found {Shards}");
    }
}

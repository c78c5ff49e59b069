using IqdbFlat.Engine;
using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>What is fixed when an index is created.</summary>
/// <param name="Dimension">Components of every vector, 1 to 65,536.</param>
/// <param name="Metric">How distances are measured.</param>
/// <param name="Shards">The number of shards, 1 to 4,096.</param>
[GenerateSerializer, Immutable, Alias("iqdb.IndexSettings")]
public sealed record IndexSettings(
    [property: Id(0)] int Dimension,
    [property: Id(1)] Metric Metric,
    [property: Id(2)] int Shards)
{
    /// <summary>Shards of an index, at most: one a slot.</summary>
    public const int MaxShards = RowIdHash.Slots;

    /// <summary>Throws <see cref="FlatErrorKind.InvalidConfig"/> when a setting is out of range.</summary>
    public void Check()
    {
        IndexCheck.Settings(Dimension, Metric);
        if (Shards is < 1 or > MaxShards)
            throw FlatIndexException.InvalidConfig($"the number of shards is 1 to {MaxShards}, found {Shards}");
    }
}

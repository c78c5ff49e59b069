namespace IqdbFlat.Grains.Log;

/// <summary>What a shard is, fixed when its first checkpoint is written and stored in every one.</summary>
/// <param name="Incarnation">The incarnation of the index (a ULID), at most 64 characters.</param>
/// <param name="Shard">The shard's number, from 0.</param>
/// <param name="Shards">The number of shards of the index at creation.</param>
/// <param name="Dimension">Components of every vector, packed where rows have several.</param>
/// <param name="Metric">The metric of the index; of the first vector where rows have several.</param>
/// <param name="Parts">The named vectors of a row; null for rows that are one vector.</param>
public sealed record ShardSettings(string Incarnation, int Shard, int Shards, int Dimension, Metric Metric, VectorParts? Parts = null)
{
    /// <summary>Whether rows are kept without the codes of certified pruning.</summary>
    public bool WithoutCodes { get; init; }
}

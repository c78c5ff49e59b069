using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>How far a shard's log had come when it answered. Positions compare by epoch, then position.</summary>
/// <param name="Shard">The shard's number.</param>
/// <param name="Epoch">The epoch of the log.</param>
/// <param name="Position">The position within the epoch: records committed in it so far.</param>
[GenerateSerializer, Immutable, Alias("iqdb.ShardPosition")]
public readonly record struct ShardPosition(
    [property: Id(0)] int Shard,
    [property: Id(1)] ulong Epoch,
    [property: Id(2)] ulong Position)
{
    /// <summary>Whether this position has seen all that the other has.</summary>
    public bool Covers(in ShardPosition other) =>
        Epoch > other.Epoch || (Epoch == other.Epoch && Position >= other.Position);
}

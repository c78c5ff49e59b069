namespace IqdbFlat.Grains.Log;

/// <summary>The highest numbers that a shard has recorded.</summary>
/// <param name="Sequence">The highest number of any operation.</param>
/// <param name="IndexEpoch">The highest epoch of the index grain.</param>
internal readonly record struct HighWater(ulong Sequence, ulong IndexEpoch)
{
    /// <summary>The marks after a batch.</summary>
    public HighWater After(ShardBatch batch)
    {
        var (sequence, indexEpoch) = this;
        foreach (var operation in batch.Operations)
        {
            if (operation.Kind == ShardOperationKind.IndexEpoch)
                indexEpoch = Math.Max(indexEpoch, operation.Number);
            else
                sequence = Math.Max(sequence, operation.Number);
        }

        return new HighWater(sequence, indexEpoch);
    }
}

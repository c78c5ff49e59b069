namespace IqdbFlat.Grains.Log;

/// <summary>What is known before the first recovered row arrives.</summary>
/// <param name="Settings">What the shard is.</param>
/// <param name="StoredRows">Live rows in stored segments, a hint for capacity; the log's rows come on top.</param>
/// <param name="SequenceHighWater">The highest number in any operation before the log's tail.</param>
/// <param name="IndexEpoch">The highest index epoch recorded before the log's tail.</param>
/// <param name="Attachment">The bytes that the shard gave to the last checkpoint; empty when it gave none.</param>
public sealed record RecoveryStart(
    ShardSettings Settings, long StoredRows, ulong SequenceHighWater, ulong IndexEpoch, ReadOnlyMemory<byte> Attachment);

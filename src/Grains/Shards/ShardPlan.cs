using IqdbFlat.Grains.Log;

namespace IqdbFlat.Grains.Shards;

/// <summary>What a write will do: the batch to commit and the answer to give once it is durable.</summary>
/// <param name="Batch">The operations; none when the rows do not change.</param>
/// <param name="Applied">Rows written or removed.</param>
/// <param name="Refused">Places of the rows that were refused.</param>
internal sealed record ShardPlan(ShardBatch Batch, int Applied, int[] Refused);

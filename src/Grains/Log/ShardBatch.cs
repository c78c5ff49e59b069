namespace IqdbFlat.Grains.Log;

/// <summary>What one log record commits: all of it or nothing.</summary>
/// <param name="Operations">The operations, applied in order.</param>
public sealed record ShardBatch(IReadOnlyList<ShardOperation> Operations)
{
    /// <summary>The token that makes a retry safe, in a form of the shard's own; empty for none.</summary>
    public ReadOnlyMemory<byte> Token { get; init; }

    /// <summary>The answer kept with the token; empty for none.</summary>
    public ReadOnlyMemory<byte> Answer { get; init; }
}

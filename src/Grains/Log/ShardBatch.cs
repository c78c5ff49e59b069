namespace IqdbFlat.Grains.Log;

/// <summary>What one log record commits: all of it or nothing. It may hold several clients' writes, which waited together.</summary>
/// <param name="Operations">The operations, applied in order.</param>
public sealed record ShardBatch(IReadOnlyList<ShardOperation> Operations)
{
    /// <summary>The tokens of the writes in the batch with their answers, in the order in which they are remembered.</summary>
    public IReadOnlyList<TokenAnswer> Answers { get; init; } = [];
}

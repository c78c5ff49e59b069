namespace IqdbFlat.Grains.Log;

/// <summary>A token that makes a retry safe and the answer that is kept with it, in forms of the shard's own.</summary>
/// <param name="Token">The token.</param>
/// <param name="Answer">The answer.</param>
public readonly record struct TokenAnswer(ReadOnlyMemory<byte> Token, ReadOnlyMemory<byte> Answer);

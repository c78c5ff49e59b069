using IqdbFlat.Abstractions;

namespace IqdbFlat.Grains.Telemetry;

/// <summary>A search that took longer than the setting.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Index">The index.</param>
/// <param name="Queries">How many queries it had.</param>
/// <param name="K">How many hits each wanted.</param>
/// <param name="Filter">Its filter as text, on one line and cut where it is long; empty for none.</param>
/// <param name="Elapsed">How long it took, over all shards.</param>
/// <param name="Shards">What each shard says of it; empty where it failed.</param>
/// <param name="Error">The kind of the error that it ended with; null where it was answered.</param>
internal sealed record SlowSearch(
    DateTimeOffset At, string Index, int Queries, int K, string Filter, TimeSpan Elapsed, IReadOnlyList<ShardReport> Shards, string? Error);

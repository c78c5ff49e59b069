namespace IqdbFlat.Cli.Truth;

/// <summary>What was answered to one query: rows, nearest first.</summary>
/// <param name="Ids">The rows' numbers. Negative ones stand for no row, as some indexes write them where they found too few.</param>
/// <param name="Distances">As many distances, where they are known.</param>
internal sealed record Answer(long[] Ids, float[]? Distances);

namespace IqdbFlat.Cli.Truth;

/// <summary>What was answered to one query: rows, nearest first.</summary>
/// <param name="Ids">The rows' numbers. Negative ones stand for no row, as some indexes write them where they found too few.</param>
/// <param name="Distances">As many distances, where they are known.</param>
internal sealed record Answer(long[] Ids, float[]? Distances)
{
    /// <summary>The answer without what stands for no row.</summary>
    public Answer OfRows()
    {
        int[] places = [.. Enumerable.Range(0, Ids.Length).Where(place => Ids[place] >= 0)];
        return places.Length == Ids.Length ? this : new([.. places.Select(place => Ids[place])], Distances is null ? null : [.. places.Select(place => Distances[place])]);
    }
}

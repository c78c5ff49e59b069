namespace IqdbFlat.Engine;

/// <summary>An answer: the nearest rows, and what it took to find them.</summary>
/// <param name="Hits">By distance, then by sequence, both rising.</param>
/// <param name="Explain">Counts and time.</param>
public sealed record SearchResult(IReadOnlyList<Hit> Hits, SearchCounts Explain);

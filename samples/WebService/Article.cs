namespace IqdbFlat.Samples.WebService;

/// <summary>What the service keeps.</summary>
public sealed record Article(string Title, string Text, string Kind, int Year);

/// <summary>An article that was found.</summary>
public sealed record Found(ulong Id, string Title, string Kind, int Year, float Distance);

/// <summary>A page of a search, and what to ask for the next one with; null behind the last.</summary>
public sealed record Page(IReadOnlyList<Found> Hits, string? Next);

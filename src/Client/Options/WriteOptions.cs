using IqdbFlat.Engine;

namespace IqdbFlat.Client;

/// <summary>What a write asks for besides its rows.</summary>
public sealed record WriteOptions
{
    /// <summary>The options of a write that names none.</summary>
    public static WriteOptions Default { get; } = new();

    /// <summary>
    /// How long the whole call may take, above 0 and at most <see cref="IqdbFlatClientOptions.MaxDeadline"/>; null for <see cref="IqdbFlatClientOptions.Deadline"/>.
    /// Past it: <see cref="FlatErrorKind.Timeout"/>, which says whether the write may have been applied.
    /// </summary>
    public TimeSpan? Deadline { get; init; }
}

using IqdbFlat.Abstractions;
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

    /// <summary>
    /// What makes it safe to make the same call again, also from another process: it gets the first answer and is done once. Null for a token that the
    /// library makes for this call alone, under which it tries again by itself within the deadline.
    /// </summary>
    /// <remarks>
    /// The call must be the same, rows and order and all, and cut into the same messages, at most <see cref="WriteToken.Remembered"/> of them, by the same
    /// <see cref="IqdbFlatClientOptions.BatchRows"/> and <see cref="IqdbFlatClientOptions.BatchBytes"/>; otherwise it is <see cref="FlatErrorKind.InvalidConfig"/>. A token so old
    /// that its answer is forgotten is <see cref="FlatErrorKind.TokenExpired"/>, and nothing is done. Every shard is asked what it knows before anything is written: one round more.
    /// </remarks>
    public WriteToken? Token { get; init; }
}

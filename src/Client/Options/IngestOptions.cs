using IqdbFlat.Engine;

namespace IqdbFlat.Client;

/// <summary>How a stream of rows is written.</summary>
public sealed record IngestOptions
{
    /// <summary>The options of an ingest that names none.</summary>
    public static IngestOptions Default { get; } = new();

    /// <summary>Whether a row whose id is there replaces it. When false, such a row is <see cref="FlatErrorKind.Duplicate"/>.</summary>
    public bool Upsert { get; init; }

    /// <summary>
    /// The ordinal of the stream's first row, at least 0. A caller that resumes skips what was acknowledged and says here where it goes on, so
    /// that progress and errors count in its own terms.
    /// </summary>
    public long FirstOrdinal { get; init; }

    /// <summary>Rows of one batch, at most; null for <see cref="IqdbFlatClientOptions.BatchRows"/>, which it cannot pass.</summary>
    public int? BatchRows { get; init; }

    /// <summary>
    /// How long one batch may take, above 0 and at most <see cref="IqdbFlatClientOptions.MaxDeadline"/>; null for <see cref="IqdbFlatClientOptions.Deadline"/>.
    /// The stream as a whole has no deadline; cancel it.
    /// </summary>
    public TimeSpan? BatchDeadline { get; init; }

    /// <summary>
    /// Whose stream it is: a version 7 GUID to be kept with the stream's source, or null. With it, a batch that was sent and not acknowledged before the process ended is
    /// not written twice when the stream is resumed from the row after <see cref="IngestProgress.LastOrdinal"/>: its token's number is the ordinal of its first row. That holds
    /// where the rows and the sizes of the batches are the same; a batch of other rows under a known ordinal is <see cref="FlatErrorKind.InvalidConfig"/>, and ordinals that were
    /// written long ago are <see cref="FlatErrorKind.TokenExpired"/>. Without it each batch has a token for its own retries.
    /// </summary>
    public Guid? TokenClient { get; init; }
}

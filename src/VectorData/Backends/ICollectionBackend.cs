using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Backends;

/// <summary>
/// The rows of one collection. Both kinds, in the process and in a cluster, answer alike, to the bit. Every call but the first is
/// <see cref="FlatErrorKind.IndexNotFound"/> where the collection does not exist.
/// </summary>
internal interface ICollectionBackend
{
    /// <summary>Makes the collection, or finds one of the same shape; <see cref="FlatErrorKind.IndexExists"/> for one of another.</summary>
    Task EnsureAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes rows in their order; each with all of its parts or not at all, and none where one of them cannot be written. Ids of rows that must be new are in no other row of the batch before them. Where some
    /// are taken the outcome says which, and how many rows before them are in. The error of a batch lists in <see cref="FlatError.NotApplied"/> what is not in; nothing is, where it lists nothing.
    /// </summary>
    Task<WriteOutcome> UpsertAsync(IReadOnlyList<RecordWrite> rows, CancellationToken cancellationToken);

    /// <summary>The rows of these ids, null in the place of one that is not there.</summary>
    Task<IReadOnlyList<RecordRow?>> GetAsync(IReadOnlyList<RowId> ids, bool includeVectors, CancellationToken cancellationToken);

    /// <summary>Removes the rows of these ids, those that are there.</summary>
    Task DeleteAsync(IReadOnlyList<RowId> ids, CancellationToken cancellationToken);

    /// <summary>The nearest rows with their metadata, by distance and then by sequence.</summary>
    Task<IReadOnlyList<Hit>> SearchAsync(RecordSearch search, CancellationToken cancellationToken);

    /// <summary>Rows without a search.</summary>
    IAsyncEnumerable<RecordRow> ListAsync(RecordList list, CancellationToken cancellationToken);
}

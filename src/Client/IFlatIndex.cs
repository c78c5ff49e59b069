using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Client;

/// <summary>
/// An open index. Thread-safe. A search sees every write acknowledged to the same handle, always: the handle remembers how far each shard's log had
/// come and passes that along.
/// </summary>
/// <remarks>
/// <para>The handle belongs to the index it was opened on: after a drop every call is <see cref="FlatErrorKind.IndexNotFound"/>, also when another index has been
/// made under the name.</para>
/// <para>Every error is a <see cref="FlatIndexException"/> whose <see cref="FlatIndexException.Error"/> carries what was expected and found. Arguments are checked before
/// anything is sent. A cancelled call throws <see cref="OperationCanceledException"/>; a cancelled write may have been applied.</para>
/// </remarks>
public interface IFlatIndex
{
    /// <summary>The index's name.</summary>
    string Name { get; }

    /// <summary>Components of every vector; of a packed one where rows have several.</summary>
    int Dimension { get; }

    /// <summary>How distances are measured; where rows have several vectors, those to the first.</summary>
    Metric Metric { get; }

    /// <summary>The named vectors of a row, which rows carry packed (<see cref="VectorParts.Pack"/>); null for rows that are one vector without a name.</summary>
    VectorParts? Parts { get; }

    /// <summary>What the index was when the handle was opened.</summary>
    IndexDescription Description { get; }

    /// <summary>
    /// Adds a row. Checked in this order: id (<see cref="FlatErrorKind.InvalidConfig"/>), dimension, finiteness, metadata's caps, then
    /// <see cref="FlatErrorKind.Duplicate"/>. Acknowledged when it is durable and visible.
    /// </summary>
    Task InsertAsync(Row row, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds rows in their order. Fail-fast: rows before the first bad one are in, it and those after it are not. The error's <see cref="FlatError.Item"/> is the place of
    /// the first bad row and <see cref="FlatError.NotApplied"/> lists all rows that are not in. After a <see cref="FlatErrorKind.Timeout"/> that may have been applied, NotApplied lists
    /// the rows that are not acknowledged.
    /// </summary>
    /// <remarks>A batch too long for one message is cut; rows keep their order and the error its places.</remarks>
    Task InsertBatchAsync(IReadOnlyList<Row> rows, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Adds a row or replaces the one with its id, which gets a new place in the order of insertion.</summary>
    Task UpsertAsync(Row row, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Adds or replaces rows; a repeated id takes its last value. Errors as for <see cref="InsertBatchAsync"/>, without duplicates.</summary>
    Task UpsertBatchAsync(IReadOnlyList<Row> rows, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Replaces a row's metadata; null or empty for none. The vector and the row's place in the order of insertion stay. <see cref="FlatErrorKind.NotFound"/> when the
    /// id is not there.
    /// </summary>
    Task UpdateMetadataAsync(RowId id, Metadata? metadata, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Removes a row. <see cref="FlatErrorKind.NotFound"/> when the id is not there.</summary>
    Task DeleteAsync(RowId id, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes the rows with these ids and returns how many were there, a repeated id counted once. All ids are checked before any row is removed.
    /// </summary>
    Task<int> DeleteBatchAsync(IReadOnlyList<RowId> ids, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The row with this id, or null when it is not there.</summary>
    Task<StoredRow?> GetAsync(RowId id, CancellationToken cancellationToken = default);

    /// <summary>The rows with these ids; an id that is not there has null in its place.</summary>
    Task<IReadOnlyList<StoredRow?>> GetBatchAsync(IReadOnlyList<RowId> ids, CancellationToken cancellationToken = default);

    /// <summary>Whether a row with this id is there.</summary>
    Task<bool> ExistsAsync(RowId id, CancellationToken cancellationToken = default);

    /// <summary>Removes every row. The index stays.</summary>
    Task ClearAsync(WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// The exact k nearest rows that match the filter. Checked in this order: the vector that is named; dimension; finiteness; metric; then k = 0 or an empty index answers without
    /// hits; then the filter's caps. An answer of more than 65,536 hits is <see cref="FlatErrorKind.ResourceLimitExceeded"/>.
    /// </summary>
    /// <param name="query">As many finite floats as the index, or the vector that is named, has dimensions.</param>
    /// <param name="k">Hits wanted, at least 0; more than match returns all that match.</param>
    /// <param name="options">Filter, metadata, freshness and deadline.</param>
    /// <param name="cancellationToken">Cancels the search, down to the scans.</param>
    Task<ClusterSearchResult> SearchAsync(ReadOnlyMemory<float> query, int k, ClusterSearchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Several searches of one shape: answers in order, with the same bits as each alone, for far less work than each alone. The first error fails the batch;
    /// its <see cref="FlatError.Item"/> is the place of a bad query.
    /// </summary>
    Task<ClusterSearchBatchResult> SearchBatchAsync(
        IReadOnlyList<ReadOnlyMemory<float>> queries, int k, ClusterSearchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The nearest rows of each of the groups that are nearest, by the value of a field.</summary>
    /// <remarks>
    /// Rows are of one group where their values are equal as <see cref="Filter.Eq"/> means it. Rows without the field, with a NaN or with an array there are of no group. Groups come
    /// by their nearest rows, hits within a group likewise. It is made of at most two ordinary searches a group, each exact; while rows are written they may see different states.
    /// </remarks>
    /// <param name="query">As for <see cref="SearchAsync"/>.</param>
    /// <param name="field">The field.</param>
    /// <param name="groups">Groups wanted at most, 0 to 1,024.</param>
    /// <param name="perGroup">Hits of each group at most, 0 or more; all together 65,536.</param>
    /// <param name="options">As for a search; skip, cursor, ties and partial answers are not looked at. The filter has at most 63 levels and 16,373 nodes, one level and 11 nodes fewer than that of a search, because conditions on the field are put around it; more is <see cref="FlatErrorKind.InvalidFilter"/>.</param>
    /// <param name="cancellationToken">Cancels the searches.</param>
    Task<IReadOnlyList<HitGroup>> SearchGroupsAsync(
        ReadOnlyMemory<float> query, string field, int groups, int perGroup, ClusterSearchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Fuses the ranks of several queries, which may measure different vectors; see <see cref="RankFusion"/>. Each query is an ordinary search, exact to its depth.</summary>
    /// <param name="queries">1 to 64 queries.</param>
    /// <param name="k">Rows wanted at most.</param>
    /// <param name="depth">Hits that are looked at of each query.</param>
    /// <param name="options">Metadata, metric, freshness and deadline of all; the filter and the vector are each query's own.</param>
    /// <param name="cancellationToken">Cancels the searches.</param>
    Task<IReadOnlyList<FusedHit>> SearchFusedAsync(
        IReadOnlyList<FusedQuery> queries, int k, int depth = RankFusion.DefaultDepth, ClusterSearchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The number of rows that meet a filter; null for all. A filter past its caps: <see cref="FlatErrorKind.InvalidFilter"/>.</summary>
    Task<long> CountMatchingAsync(Filter? filter, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes the rows that meet a filter and returns how many they were. Acknowledged when it is durable and visible; made once under its token, as every write.
    /// </summary>
    /// <remarks>
    /// Each shard removes its part at once: readers see all of it or nothing, and may see one shard's part before another's. It looks at the rows that it has when its part
    /// comes. A write that was acknowledged before is looked at; one that begins after this one was acknowledged is not; one that runs beside it may come before or after.
    /// More than 500,000 rows in one shard are <see cref="FlatErrorKind.ResourceLimitExceeded"/>: that shard removes none, others may have.
    /// </remarks>
    Task<long> DeleteMatchingAsync(Filter filter, WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>A page of the rows that meet a filter, in the order of insertion or by fields.</summary>
    /// <remarks>
    /// <para>The cursor says where the last row stood, by the order's fields and by sequence. So a row that stays as it is comes once over all pages, whatever is written
    /// meanwhile: none is repeated, none left out. One that is replaced, or whose fields of the order change, stands elsewhere from then on, and comes where it stands when its page is read.</para>
    /// <para>Checked in this order: limit, skip, order (<see cref="FlatErrorKind.InvalidConfig"/>), the filter's caps, the cursor (<see cref="FlatErrorKind.InvalidConfig"/>: of another list, or none at all).</para>
    /// </remarks>
    Task<RowPage> ListAsync(ListOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>All rows of a list from a page on, page by page, each with the deadline of a call. Errors come as the pages are read.</summary>
    IAsyncEnumerable<StoredRow> ScrollAsync(ListOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The number of rows.</summary>
    Task<long> CountAsync(CancellationToken cancellationToken = default);

    /// <summary>What the index holds, shard by shard.</summary>
    Task<ClusterIndexStats> StatsAsync(CancellationToken cancellationToken = default);

    /// <summary>Returns when all that was acknowledged is durable. A write is durable when it is acknowledged, so this is at once.</summary>
    Task FlushAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes a stream of rows in its order, batch by batch: one batch in flight, the next one read meanwhile.
    /// </summary>
    /// <remarks>
    /// <para>Fail-fast: rows before the first bad one are in, and stay in. The error's message and <see cref="FlatError.Item"/> name the bad row's ordinal in the stream. An
    /// exception of the stream itself comes out as it is, after the rows before it have been written.</para>
    /// <para>To resume after an error or a restart, skip the rows up to <see cref="IngestProgress.LastOrdinal"/> and set <see cref="IngestOptions.FirstOrdinal"/>. After a
    /// <see cref="FlatErrorKind.Timeout"/> rows after it may be in: resume with <see cref="IngestOptions.Upsert"/>.</para>
    /// </remarks>
    /// <param name="rows">The rows. The stream's own buffers may be reused after each row: vectors are copied.</param>
    /// <param name="options">Insert or upsert, batch size, deadline of a batch.</param>
    /// <param name="progress">Told after each acknowledged batch, on the ingest's own path: be quick.</param>
    /// <param name="cancellationToken">Stops the stream. What was acknowledged stays; the batch in flight may be in.</param>
    /// <returns>The progress at the end.</returns>
    /// <example>
    /// <code>
    /// var done = await index.IngestAsync(ReadRows("base.fvecs"), progress: new Progress&lt;IngestProgress&gt;(p => Console.Error.WriteLine($"{p.Rows} rows, {p.RowsPerSecond:F0} a second")));
    /// </code>
    /// </example>
    Task<IngestProgress> IngestAsync(
        IAsyncEnumerable<Row> rows,
        IngestOptions? options = null,
        IProgress<IngestProgress>? progress = null,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// All rows in the order of insertion, page by page. Not a snapshot: a row that is replaced while the export runs can come twice, once with each sequence.
    /// </summary>
    /// <param name="afterSequence">Only rows with a greater sequence: 0 for all, or the last one seen to go on.</param>
    /// <param name="cancellationToken">Stops the export.</param>
    IAsyncEnumerable<StoredRow> ExportAsync(ulong afterSequence = 0, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes everything that the index holds, at one moment, to a stream: rows, sequences, metadata, to the bit. Writes and searches go on; writes wait
    /// for their numbers while the cut is made, and <see cref="BackupReport.Pause"/> says how long. Every write acknowledged before is in, and no
    /// batch is half in. <see cref="IFlatIndexClient.RestoreAsync"/> reads it.
    /// </summary>
    /// <param name="destination">Where to write, from where it stands. What a backup that failed has written is no backup: nothing reads it as one.</param>
    /// <param name="options">How long the cut is kept for the backup.</param>
    /// <param name="progress">Told after each page of rows, on the backup's own path: be quick.</param>
    /// <param name="cancellationToken">Stops the backup.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.Unavailable"/> when a shard was activated anew meanwhile, or the destination took longer than the lease.</exception>
    Task<BackupReport> BackupAsync(
        Stream destination, BackupOptions? options = null, IProgress<BackupProgress>? progress = null, CancellationToken cancellationToken = default);
}

using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Client;

/// <summary>The indexes of a cluster. Thread-safe; one a process is enough. Registered by <c>AddIqdbFlatClient</c>.</summary>
/// <remarks>
/// Every error of index or cluster is a <see cref="FlatIndexException"/>. A name that no index may have is <see cref="FlatErrorKind.InvalidConfig"/>. A cluster that
/// cannot be reached is <see cref="FlatErrorKind.Unavailable"/>, or <see cref="FlatErrorKind.Timeout"/> where something may have been changed. A cancelled call throws
/// <see cref="OperationCanceledException"/>; what it asked for may have been done.
/// </remarks>
/// <example>
/// <code>
/// IFlatIndex index = await client.CreateAsync("docs", new IndexSettings(384, Metric.Cosine, 4), ifNotExists: true);
/// await index.InsertAsync(new Row(1, vector, Metadata.From(("lang", "en"))));
/// ClusterSearchResult result = await index.SearchAsync(query, 10);
/// </code>
/// </example>
public interface IFlatIndexClient
{
    /// <summary>Makes an index and opens it.</summary>
    /// <param name="name">1 to 63 characters out of a to z, 0 to 9 and the hyphen.</param>
    /// <param name="settings">What is fixed for the life of the index. Out of range: <see cref="FlatErrorKind.InvalidConfig"/>.</param>
    /// <param name="ifNotExists">Whether an index of that name with the same settings is opened instead of being <see cref="FlatErrorKind.IndexExists"/>.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    Task<IFlatIndex> CreateAsync(string name, IndexSettings settings, bool ifNotExists = false, CancellationToken cancellationToken = default);

    /// <summary>Opens an index. <see cref="FlatErrorKind.IndexNotFound"/> when there is none of that name.</summary>
    Task<IFlatIndex> OpenAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>All indexes, in ordinal order of their names. One whose record is damaged is named in <see cref="IndexList.Damaged"/>, and the others are listed.</summary>
    Task<IndexList> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// The names in the catalog, in ordinal order, without asking what they are: also that of an index whose own record is damaged, and for a while that of one
    /// whose creation failed.
    /// </summary>
    Task<IReadOnlyList<string>> ListNamesAsync(CancellationToken cancellationToken = default);

    /// <summary>What an index is. <see cref="FlatErrorKind.IndexNotFound"/> when there is none of that name.</summary>
    Task<IndexDescription> DescribeAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives an index another name. <see cref="FlatErrorKind.IndexExists"/> when that is taken. Handles opened by the old name answer
    /// <see cref="FlatErrorKind.IndexNotFound"/> from then on.
    /// </summary>
    Task<IndexDescription> RenameAsync(string name, string newName, CancellationToken cancellationToken = default);

    /// <summary>Removes an index and all of its rows. <see cref="FlatErrorKind.IndexNotFound"/> when there is none of that name.</summary>
    Task DropAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes an index of a backup and opens it. Nobody sees it before all of it is there and its digest is the backup's; when anything fails, the process dies
    /// or the call is cancelled, nothing of it is kept. Rows keep their ids, bits, metadata and sequences, so searches answer as the index did that was backed up.
    /// </summary>
    /// <param name="source">The backup, which ends where the stream ends.</param>
    /// <param name="options">The name and the number of shards, where they are to be others than before.</param>
    /// <param name="progress">Told after each block of rows, on the restore's own path: be quick.</param>
    /// <param name="cancellationToken">Stops the restore.</param>
    /// <exception cref="FlatIndexException">
    /// <see cref="FlatErrorKind.IndexExists"/> when the name is taken; <see cref="FlatErrorKind.CorruptData"/> names the block of a damaged backup and its place.
    /// </exception>
    Task<IFlatIndex> RestoreAsync(
        Stream source, RestoreOptions? options = null, IProgress<BackupProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads every record of an index again, checks its checksum and its place in the chain, and compares the digest of the stored rows with that of the rows
    /// in memory. Damaged and missing records are found and named, not thrown; the others are checked all the same.
    /// </summary>
    /// <param name="name">The index.</param>
    /// <param name="progress">Told the number of shards that are done.</param>
    /// <param name="cancellationToken">Stops the verification.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.IndexNotFound"/> when there is none of that name.</exception>
    Task<IndexVerification> VerifyAsync(string name, IProgress<int>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>The silos of the cluster that are active now, in the order of their names.</summary>
    Task<IReadOnlyList<SiloDescription>> ListSilosAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Which silo holds each shard of an index, by number. No shard is activated or waited for: one that nobody has asked for yet is on none.
    /// <see cref="FlatErrorKind.IndexNotFound"/> when there is no index of that name.
    /// </summary>
    Task<IReadOnlyList<ShardLocation>> LocateShardsAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>
    /// Moves a shard to a silo and waits until it serves from there. Searches and writes go on meanwhile: those that meet the move wait inside their deadline while
    /// the shard reads its rows from the store.
    /// </summary>
    /// <remarks>
    /// A move that takes longer than the client's deadline goes on by itself: <see cref="FlatErrorKind.Loading"/>, which says how far it is, or
    /// <see cref="FlatErrorKind.Timeout"/>. A moved shard stays where it is until its silo leaves. A silo without room for the shard refuses it before it moves:
    /// <see cref="FlatErrorKind.ResourceLimitExceeded"/>, which says what the silo's budget is, what is taken and what the shard needs. A shard that does not fit where it is can be moved.
    /// </remarks>
    /// <param name="name">The index.</param>
    /// <param name="shard">The shard's number. None of that number: <see cref="FlatErrorKind.InvalidConfig"/>.</param>
    /// <param name="silo">The silo's name, or its endpoint for other silos. None of that name: <see cref="FlatErrorKind.InvalidConfig"/>, which names those that there are.</param>
    /// <param name="cancellationToken">Cancels the wait, not the move.</param>
    Task<ShardMove> MoveShardAsync(string name, int shard, string silo, CancellationToken cancellationToken = default);

    /// <summary>
    /// Spreads shards evenly over the silos, one move at a time and as few moves as that takes: of every index, and of all indexes together, no silo has two shards more than another.
    /// </summary>
    /// <param name="name">The index whose shards move; null for all indexes.</param>
    /// <param name="cancellationToken">Stops before the next move.</param>
    /// <returns>Each move when it is done. Nothing where all is even already. Silos without room for a shard are passed over; where some move was wanted and none had room for it, the last is
    /// followed by <see cref="FlatErrorKind.ResourceLimitExceeded"/>.</returns>
    IAsyncEnumerable<ShardMove> RebalanceAsync(string? name = null, CancellationToken cancellationToken = default);
}

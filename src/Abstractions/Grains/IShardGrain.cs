using Orleans;
using Orleans.Concurrency;

namespace IqdbFlat.Abstractions;

/// <summary>
/// Owns one slice of an index's rows. The key is a <see cref="ShardKey"/>. A shard that cannot answer now says so with
/// a typed error: Loading, Overloaded, Unavailable (superseded), or IndexNotFound: dropped, or the caller's description is old.
/// </summary>
[Alias("iqdb.IShardGrain")]
public interface IShardGrain : IGrainWithStringKey
{
    /// <summary>Makes the shard's first checkpoint. Doing it again changes nothing.</summary>
    [Alias("CreateShard")]
    [ResponseTimeout("00:10:00")]
    Task CreateShard(IndexSettings settings, ulong indexEpoch, CancellationToken cancellationToken);

    /// <summary>Makes a shard that remembers the tokens of a backup from its first record on. Again with the same settings it does nothing.</summary>
    [Alias("CreateRestoredShard")]
    [ResponseTimeout("00:10:00")]
    Task CreateRestoredShard(IndexSettings settings, ulong indexEpoch, BytesColumn tokens, CancellationToken cancellationToken);

    /// <summary>From now on, refuses requests of index epochs below this one.</summary>
    [Alias("FenceEpoch")]
    [ResponseTimeout("00:10:00")]
    Task FenceEpoch(ulong indexEpoch, CancellationToken cancellationToken);

    /// <summary>Places, in the request, of rows that a write would refuse. Nothing is written. For coordinators that know no tokens.</summary>
    [Alias("CheckRows"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task<int[]> CheckRows(ShardCheck request, CancellationToken cancellationToken);

    /// <summary>What the shard knows of a write's token, and which of its rows it would refuse. Nothing is written.</summary>
    [Alias("CheckWrite"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task<ShardCheckReply> CheckWrite(ShardCheck request, CancellationToken cancellationToken);

    /// <summary>
    /// Writes rows, or removes them. Acknowledged when they are durable and visible. Interleaves, so that writes that come while one is on its way to the
    /// store are committed together; they are done in the order in which they came.
    /// </summary>
    [Alias("WriteRows"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task<ShardWriteReply> WriteRows(ShardWrite request, CancellationToken cancellationToken);

    /// <summary>Searches an immutable snapshot; interleaves, so that searches and writes never wait for each other.</summary>
    [Alias("SearchShard"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task<ShardSearchReply> SearchShard(ShardSearch request, CancellationToken cancellationToken);

    /// <summary>The same for searches that are bounded by distance or rank: a method of its own, because a silo that knows no bounds would answer without them.</summary>
    [Alias("SearchWithin"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task<ShardSearchReply> SearchWithin(ShardSearch request, CancellationToken cancellationToken);

    /// <summary>Rows by id, or the next rows in the order of insertion.</summary>
    [Alias("ReadRows"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task<StoredRowBlock> ReadRows(ShardRead request, CancellationToken cancellationToken);

    /// <summary>The next rows of an ordered list, from an immutable snapshot.</summary>
    [Alias("ListRows"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task<StoredRowBlock> ListRows(ShardList request, CancellationToken cancellationToken);

    /// <summary>The number of rows that meet a filter.</summary>
    [Alias("CountRows"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task<RowCount> CountRows(ShardCount request, CancellationToken cancellationToken);

    /// <summary>What the shard holds.</summary>
    [Alias("ReportShard"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task<ShardStats> ReportShard(ulong indexEpoch, CancellationToken cancellationToken);

    /// <summary>
    /// Moves the activation to another silo once the calls that run have ended; those that come meanwhile wait and go on there. Loading or not: the
    /// rows are read from the store either way.
    /// </summary>
    /// <param name="silo">The silo, as Orleans writes an address: <c>127.0.0.1:11111@5</c>.</param>
    /// <param name="cancellationToken">Has no effect once the move has begun.</param>
    [Alias("MoveShard"), AlwaysInterleave]
    Task MoveShard(string silo, CancellationToken cancellationToken);

    /// <summary>Removes every record of the shard, after its index was dropped.</summary>
    [Alias("EraseShard")]
    [ResponseTimeout("00:10:00")]
    Task EraseShard(CancellationToken cancellationToken);

    /// <summary>Keeps the rows as they are now for a backup, until they are released or nobody has asked for them for the lease.</summary>
    [Alias("PinRows"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task<PinnedShard> PinRows(PinRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Rows that are kept for a backup, by sequence, from the <paramref name="from"/>-th on, as many as a page carries. Unavailable when they are
    /// kept no more.
    /// </summary>
    [Alias("ReadPinned"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task<StoredRowBlock> ReadPinned(Guid pin, int from, CancellationToken cancellationToken);

    /// <summary>Keeps the rows of a backup for another lease. Unavailable when they are kept no more.</summary>
    [Alias("KeepPinned"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task KeepPinned(Guid pin, CancellationToken cancellationToken);

    /// <summary>Keeps the rows of a backup no longer.</summary>
    [Alias("UnpinRows"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task UnpinRows(Guid pin, CancellationToken cancellationToken);

    /// <summary>The digest of the rows as they are now; CorruptData when two rows have one sequence.</summary>
    [Alias("DigestRows"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task<RowsDigest> DigestRows(ulong indexEpoch, CancellationToken cancellationToken);

    /// <summary>Reads every record of the shard again, loaded or not, and compares the stored rows with those in memory.</summary>
    [Alias("VerifyShard"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task<ShardVerification> VerifyShard(CancellationToken cancellationToken);
}

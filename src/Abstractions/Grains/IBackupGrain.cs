using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>
/// Backs indexes up, restores them and verifies what is stored. Stateless; clients spread their calls over keys, as they do over coordinators.
/// </summary>
[Alias("iqdb.IBackupGrain")]
public interface IBackupGrain : IGrainWithIntegerKey
{
    /// <summary>Makes a consistent cut through an index, which its shards keep for the lease after each read.</summary>
    [Alias("CutIndex")]
    [ResponseTimeout("00:10:00")]
    Task<IndexCut> CutIndex(string index, TimeSpan lease, TimeSpan deadline, CancellationToken cancellationToken);

    /// <summary>The next rows of a cut in one shard, by sequence. Unavailable when the shard keeps them no more.</summary>
    [Alias("ReadCut")]
    [ResponseTimeout("00:10:00")]
    Task<StoredRowBlock> ReadCut(CutRead request, CancellationToken cancellationToken);

    /// <summary>Keeps a cut in all shards for another lease. Unavailable when one of them keeps it no more.</summary>
    [Alias("KeepCut")]
    [ResponseTimeout("00:10:00")]
    Task KeepCut(IndexDescription index, Guid pin, CancellationToken cancellationToken);

    /// <summary>Lets the shards forget a cut. A shard that cannot be reached forgets it when the lease ends.</summary>
    [Alias("ReleaseCut")]
    [ResponseTimeout("00:10:00")]
    Task ReleaseCut(IndexDescription index, Guid pin, CancellationToken cancellationToken);

    /// <summary>Begins an index that is filled from a backup. IndexExists when the name is taken.</summary>
    [Alias("BeginRestore")]
    [ResponseTimeout("00:10:00")]
    Task<IndexDescription> BeginRestore(string index, RestoreRequest request, TimeSpan deadline, CancellationToken cancellationToken);

    /// <summary>Writes rows of the backup.</summary>
    [Alias("RestoreRows")]
    [ResponseTimeout("00:10:00")]
    Task RestoreRows(RestoreRows request, CancellationToken cancellationToken);

    /// <summary>Lets everybody see the index if it holds what it must; otherwise drops it: CorruptData.</summary>
    [Alias("FinishRestore")]
    [ResponseTimeout("00:10:00")]
    Task<IndexDescription> FinishRestore(string index, RestoreEnd end, TimeSpan deadline, CancellationToken cancellationToken);

    /// <summary>Drops an index that is being restored. One that is not there, or is whole, is left alone.</summary>
    [Alias("AbandonRestore")]
    [ResponseTimeout("00:10:00")]
    Task AbandonRestore(string index, string incarnation, CancellationToken cancellationToken);

    /// <summary>Reads the index's own record again; answers what it is.</summary>
    [Alias("VerifyIndex")]
    [ResponseTimeout("00:10:00")]
    Task<IndexDescription> VerifyIndex(string index, TimeSpan deadline, CancellationToken cancellationToken);

    /// <summary>Reads every record of a shard again.</summary>
    [Alias("VerifyShard")]
    [ResponseTimeout("00:10:00")]
    Task<ShardVerification> VerifyShard(IndexDescription index, int shard, TimeSpan deadline, CancellationToken cancellationToken);
}

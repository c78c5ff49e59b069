using Orleans;
using Orleans.Concurrency;

namespace IqdbFlat.Abstractions;

/// <summary>Creates, describes, renames and drops one index, and allots its sequence numbers. The key is the index's name.</summary>
[Alias("iqdb.IIndexGrain")]
public interface IIndexGrain : IGrainWithStringKey
{
    /// <summary>Makes the index and its shards. IndexExists, unless the settings are the same and <paramref name="ifNotExists"/>.</summary>
    [Alias("CreateIndex")]
    [ResponseTimeout("00:10:00")]
    Task<IndexDescription> CreateIndex(IndexSettings settings, bool ifNotExists, CancellationToken cancellationToken);

    /// <summary>What the index is. IndexNotFound when there is none.</summary>
    [Alias("DescribeIndex")]
    [ResponseTimeout("00:10:00")]
    Task<IndexDescription> DescribeIndex(CancellationToken cancellationToken);

    /// <summary>Gives the index another name. IndexExists when that is taken.</summary>
    [Alias("RenameIndex")]
    [ResponseTimeout("00:10:00")]
    Task<IndexDescription> RenameIndex(string newName, CancellationToken cancellationToken);

    /// <summary>
    /// Whether an index has the name, asked before a rename to it. Interleaves: two indexes that are renamed to each other's names at the same
    /// time would otherwise wait for each other.
    /// </summary>
    [Alias("IsTaken"), AlwaysInterleave]
    Task<bool> IsTaken(CancellationToken cancellationToken);

    /// <summary>Second half of a rename: takes over a description under this grain's name. Called by index grains only.</summary>
    [Alias("AdoptIndex")]
    [ResponseTimeout("00:10:00")]
    Task<IndexDescription> AdoptIndex(IndexDescription description, ulong sequenceLease, CancellationToken cancellationToken);

    /// <summary>Removes the index and all of its rows.</summary>
    [Alias("DropIndex")]
    [ResponseTimeout("00:10:00")]
    Task DropIndex(CancellationToken cancellationToken);

    /// <summary>Gives a batch its numbers, exactly as many as it has rows.</summary>
    [Alias("AllotSequences")]
    [ResponseTimeout("00:10:00")]
    Task<Allotment> AllotSequences(string incarnation, int count, CancellationToken cancellationToken);

    /// <summary>
    /// Gives a batch over several shards its numbers. Whoever asks tells by <see cref="FinishBatch"/> how that ended: a backup waits for it, so that
    /// it holds all of a batch or nothing.
    /// </summary>
    /// <param name="incarnation">The index that is meant.</param>
    /// <param name="count">Rows of the batch.</param>
    /// <param name="token">Under a token that may have been sent before, each try of the batch gets the same numbers, however the tries cross on their way.</param>
    /// <param name="above">Numbers up to this one are of no use: a shard has forgotten removals that may lie above them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    [Alias("AllotBatch")]
    [ResponseTimeout("00:10:00")]
    Task<Allotment> AllotBatch(string incarnation, int count, ShardToken? token, ulong above, CancellationToken cancellationToken);

    /// <summary>Tells how a try at the batch whose numbers begin with <paramref name="first"/> has ended. Nobody waits for it.</summary>
    [Alias("FinishBatch"), AlwaysInterleave, OneWay]
    Task FinishBatch(ulong first, BatchEnd end, CancellationToken cancellationToken);

    /// <summary>
    /// Pauses allotment, waits for batches over several shards to end or shuts them out, and lets every shard keep its rows as they are. No write
    /// that is acknowledged before is missing, and no batch is half in.
    /// </summary>
    [Alias("CutIndex")]
    [ResponseTimeout("00:10:00")]
    Task<IndexCut> CutIndex(Guid pin, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Begins an index that nobody sees before <see cref="FinishRestore"/>. IndexExists when the name is taken.</summary>
    [Alias("BeginRestore")]
    [ResponseTimeout("00:10:00")]
    Task<IndexDescription> BeginRestore(RestoreRequest request, CancellationToken cancellationToken);

    /// <summary>Keeps an index that is being restored for another lease. IndexNotFound when it was dropped meanwhile.</summary>
    [Alias("KeepRestore"), AlwaysInterleave]
    [ResponseTimeout("00:10:00")]
    Task KeepRestore(string incarnation, CancellationToken cancellationToken);

    /// <summary>Lets everybody see a restored index if its shards hold what it must; otherwise drops it: CorruptData.</summary>
    [Alias("FinishRestore")]
    [ResponseTimeout("00:10:00")]
    Task<IndexDescription> FinishRestore(RestoreEnd end, CancellationToken cancellationToken);

    /// <summary>Drops an index that is being restored. One that is not there, or is whole, is left alone.</summary>
    [Alias("AbandonRestore")]
    [ResponseTimeout("00:10:00")]
    Task AbandonRestore(string incarnation, CancellationToken cancellationToken);

    /// <summary>Reads the index's record again and compares it with what this activation knows; CorruptData names it. Answers what the index is.</summary>
    [Alias("VerifyIndex")]
    [ResponseTimeout("00:10:00")]
    Task<IndexDescription> VerifyIndex(CancellationToken cancellationToken);
}

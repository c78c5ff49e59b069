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
}

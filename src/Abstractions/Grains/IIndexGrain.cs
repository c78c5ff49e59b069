using Orleans;

namespace IqdbFlat.Abstractions;

/// <summary>Creates, describes, renames and drops one index, and allots its sequence numbers. The key is the index's name.</summary>
[Alias("iqdb.IIndexGrain")]
public interface IIndexGrain : IGrainWithStringKey
{
    /// <summary>Makes the index and its shards. IndexExists, unless the settings are the same and <paramref name="ifNotExists"/>.</summary>
    [Alias("CreateIndex")]
    Task<IndexDescription> CreateIndex(IndexSettings settings, bool ifNotExists, CancellationToken cancellationToken);

    /// <summary>What the index is. IndexNotFound when there is none.</summary>
    [Alias("DescribeIndex")]
    Task<IndexDescription> DescribeIndex(CancellationToken cancellationToken);

    /// <summary>Gives the index another name. IndexExists when that is taken.</summary>
    [Alias("RenameIndex")]
    Task<IndexDescription> RenameIndex(string newName, CancellationToken cancellationToken);

    /// <summary>Second half of a rename: takes over a description under this grain's name. Called by index grains only.</summary>
    [Alias("AdoptIndex")]
    Task<IndexDescription> AdoptIndex(IndexDescription description, ulong sequenceLease, CancellationToken cancellationToken);

    /// <summary>Removes the index and all of its rows.</summary>
    [Alias("DropIndex")]
    Task DropIndex(CancellationToken cancellationToken);

    /// <summary>Gives a batch its numbers, exactly as many as it has rows.</summary>
    [Alias("AllotSequences")]
    Task<Allotment> AllotSequences(string incarnation, int count, CancellationToken cancellationToken);
}

using IqdbFlat.Abstractions;

namespace IqdbFlat.Client;

/// <summary>What reading every record of an index again has found.</summary>
public sealed record IndexVerification
{
    /// <summary>The index's name.</summary>
    public required string Index { get; init; }

    /// <summary>What the index is; null when its own record cannot be read, and no shard could be checked.</summary>
    public IndexDescription? Description { get; init; }

    /// <summary>What was found in each shard that answered, by number.</summary>
    public required IReadOnlyList<ShardVerification> Shards { get; init; }

    /// <summary>Records that are damaged, missing or not what they should be, over all shards: the name, and what was expected and found.</summary>
    public required IReadOnlyList<RecordProblem> Problems { get; init; }

    /// <summary>What could not be checked, and why, a sentence each.</summary>
    public required IReadOnlyList<string> Unchecked { get; init; }

    /// <summary>The digest of the rows that the store holds; null when some could not be read.</summary>
    public RowsDigest? Digest { get; init; }

    /// <summary>Whether everything was checked and nothing was wrong.</summary>
    public bool IsSound => Problems.Count == 0 && Unchecked.Count == 0;
}

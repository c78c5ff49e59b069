namespace IqdbFlat.Engine;

/// <summary>Everything an error carries. It crosses the wire whole.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Message">One clear sentence: what was wrong, what was expected, what was found.</param>
public sealed record FlatError(FlatErrorKind Kind, string Message)
{
    /// <summary>The expected number (dimension).</summary>
    public long? Expected { get; init; }

    /// <summary>The number found (dimension, or what passed a limit).</summary>
    public long? Found { get; init; }

    /// <summary>Why a setting is not accepted.</summary>
    public string? Reason { get; init; }

    /// <summary>Which limit was passed: "hits", "metadata bytes", "memory" and so on.</summary>
    public string? Limit { get; init; }

    /// <summary>The limit's value.</summary>
    public long? Max { get; init; }

    /// <summary>The name of a damaged record.</summary>
    public string? Record { get; init; }

    /// <summary>Whether a write that timed out may have been applied.</summary>
    public bool MayHaveBeenApplied { get; init; }

    /// <summary>The index, where known.</summary>
    public string? Index { get; init; }

    /// <summary>The shard, where known.</summary>
    public int? Shard { get; init; }

    /// <summary>The row's id, where known.</summary>
    public RowId? Id { get; init; }

    /// <summary>In a batch: the place of the first bad item.</summary>
    public int? Item { get; init; }

    /// <summary>In a batch: the places of all items that were not applied, rising. Empty outside batches.</summary>
    public IReadOnlyList<int> NotApplied { get; init; } = [];
}

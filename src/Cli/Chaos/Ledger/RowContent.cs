namespace IqdbFlat.Cli.Chaos.Ledger;

/// <summary>What a row is at one time: the write that gave it its vector, and the one that gave it its metadata. Both 0 where there is no row.</summary>
/// <param name="Vector">The number of the write that gave the vector.</param>
/// <param name="Metadata">The number of the write that gave the metadata.</param>
internal readonly record struct RowContent(long Vector, long Metadata)
{
    /// <summary>No row.</summary>
    public static RowContent Absent => default;

    /// <summary>Whether there is a row.</summary>
    public bool IsThere => Vector != 0;
}

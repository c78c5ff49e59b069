namespace IqdbFlat.Client;

/// <summary>How an index is restored.</summary>
public sealed record RestoreOptions
{
    /// <summary>The options of a restore that names none.</summary>
    public static RestoreOptions Default { get; } = new();

    /// <summary>The name of the restored index; null for the one that the backup was made of.</summary>
    public string? Name { get; init; }

    /// <summary>The number of shards, 1 to 4,096; null for as many as the index had.</summary>
    public int? Shards { get; init; }

    /// <summary>
    /// How long the cluster waits for the next rows before it drops what was restored: above 0, at most an hour. Default: 2 minutes.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);
}

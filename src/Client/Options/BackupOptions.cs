namespace IqdbFlat.Client;

/// <summary>How an index is backed up.</summary>
public sealed record BackupOptions
{
    /// <summary>The options of a backup that names none.</summary>
    public static BackupOptions Default { get; } = new();

    /// <summary>
    /// How long the shards keep the cut after the last time that rows of it were asked for: above 0, at most an hour. A backup that is left, because its
    /// process died, holds memory for so long and no longer; one whose destination stalls for longer fails. Default: 2 minutes.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);
}

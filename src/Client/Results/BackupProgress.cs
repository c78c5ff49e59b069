namespace IqdbFlat.Client;

/// <summary>How far a backup, a restore or the check of a backup has come.</summary>
/// <param name="Rows">Rows done.</param>
/// <param name="TotalRows">Rows in all.</param>
/// <param name="Bytes">Bytes of the backup written or read.</param>
public readonly record struct BackupProgress(long Rows, long TotalRows, long Bytes);

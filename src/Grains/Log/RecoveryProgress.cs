namespace IqdbFlat.Grains.Log;

/// <summary>How far the opening of a shard's log has come.</summary>
/// <param name="RowsLoaded">Rows handed over so far.</param>
/// <param name="RowsExpected">Rows in all, as far as known.</param>
/// <param name="BytesRead">Bytes of records read so far.</param>
public readonly record struct RecoveryProgress(long RowsLoaded, long RowsExpected, long BytesRead);

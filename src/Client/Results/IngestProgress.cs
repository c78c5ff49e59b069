namespace IqdbFlat.Client;

/// <summary>How far an ingest has come: what is acknowledged, and so durable.</summary>
/// <param name="Rows">Rows acknowledged by this call.</param>
/// <param name="LastOrdinal">The ordinal of the last row acknowledged, or -1 while there is none: resume at the one after it.</param>
/// <param name="Elapsed">Time since the call began.</param>
public readonly record struct IngestProgress(long Rows, long LastOrdinal, TimeSpan Elapsed)
{
    /// <summary>Rows acknowledged a second, over the whole call; 0 before any time has passed.</summary>
    public double RowsPerSecond => Elapsed > TimeSpan.Zero ? Rows / Elapsed.TotalSeconds : 0;
}

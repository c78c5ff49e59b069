namespace IqdbFlat.Grains.Log.Records;

/// <summary>What a log record is. The numbers are stored and never change.</summary>
internal enum LogRecordKind : byte
{
    /// <summary>A committed batch.</summary>
    Batch = 1,

    /// <summary>The end of an epoch: its writer can never commit again.</summary>
    Seal = 2,

    /// <summary>Segments that are about to be written, so that a crash leaves none that nobody knows of.</summary>
    Announce = 3,
}

namespace IqdbFlat.Engine;

/// <summary>What a search did: the numbers of an explain line, counted where the work happens.</summary>
/// <param name="Rows">Live rows of the snapshot.</param>
/// <param name="Filtered">Live rows that the filter left out.</param>
/// <param name="Scanned">Rows whose distance was compared.</param>
/// <param name="BytesRead">Bytes of vectors read for them, padding and rows read along included.</param>
/// <param name="Elapsed">From the search's creation to its answer.</param>
public readonly record struct SearchCounts(long Rows, long Filtered, long Scanned, long BytesRead, TimeSpan Elapsed);

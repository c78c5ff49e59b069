namespace IqdbFlat.VectorData.Backends;

/// <summary>A row to write: it replaces the row of its id, or must find the id free.</summary>
internal readonly record struct RecordWrite(RecordRow Row, bool MustBeNew);

/// <summary>What became of a batch.</summary>
/// <param name="Written">How many rows, from the first on, are in.</param>
/// <param name="Taken">Places of rows that must be new and whose ids are taken; where there are any, only the rows that are counted as written are in.</param>
internal readonly record struct WriteOutcome(int Written, IReadOnlyList<int> Taken);

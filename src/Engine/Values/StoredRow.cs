namespace IqdbFlat.Engine;

/// <summary>A row as an index holds it.</summary>
/// <param name="Id">The row's identity.</param>
/// <param name="Vector">A copy of the vector.</param>
/// <param name="Metadata">Metadata; empty when the row has none.</param>
/// <param name="Sequence">The row's place in the order of insertion over the whole index.</param>
public readonly record struct StoredRow(RowId Id, ReadOnlyMemory<float> Vector, Metadata Metadata, ulong Sequence);

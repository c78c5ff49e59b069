namespace IqdbFlat.Engine;

/// <summary>A row as a caller gives it: an id, one vector, and metadata.</summary>
/// <param name="Id">The row's identity.</param>
/// <param name="Vector">As many finite 32-bit floats as the index has dimensions.</param>
/// <param name="Metadata">Metadata, or null for none.</param>
public readonly record struct Row(RowId Id, ReadOnlyMemory<float> Vector, Metadata? Metadata = null);

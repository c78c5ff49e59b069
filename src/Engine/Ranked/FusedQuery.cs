namespace IqdbFlat.Engine;

/// <summary>One of several queries whose ranks are fused.</summary>
/// <param name="Query">As many finite floats as the vector that it is measured with has dimensions.</param>
/// <param name="VectorName">That vector, where rows have several; null for the only one.</param>
/// <param name="Filter">Which rows count for this query; null for all.</param>
public sealed record FusedQuery(ReadOnlyMemory<float> Query, string? VectorName = null, Filter? Filter = null);

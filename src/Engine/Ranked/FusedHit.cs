namespace IqdbFlat.Engine;

/// <summary>A row of an answer to several queries at once.</summary>
/// <param name="Id">The row's identity.</param>
/// <param name="Score">The sum, over the queries that found the row, of 1 / (60 + its rank there), in 64-bit floats in the order of the queries; more is better.</param>
/// <param name="Sequence">The row's place in the order of insertion, which breaks ties.</param>
/// <param name="Metadata">The row's metadata when it was asked for, else null.</param>
public readonly record struct FusedHit(RowId Id, double Score, ulong Sequence, Metadata? Metadata = null);

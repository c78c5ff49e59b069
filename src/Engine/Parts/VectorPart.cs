namespace IqdbFlat.Engine;

/// <summary>One of the named vectors that a row of an index with several has.</summary>
/// <param name="Name">What searches call it: 1 to 128 bytes of UTF-8.</param>
/// <param name="Dimension">Its components, at least 1.</param>
/// <param name="Metric">How distances to it are measured.</param>
public sealed record VectorPart(string Name, int Dimension, Metric Metric);

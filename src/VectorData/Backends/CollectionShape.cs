using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Backends;

/// <summary>One vector that a record may have: what it is called where it is stored, and how it is measured.</summary>
internal sealed record VectorColumn(string Name, int Dimension, Metric Metric);

/// <summary>What of a model a collection is made from. Metadata needs no declaration.</summary>
internal sealed record CollectionShape(IReadOnlyList<VectorColumn> Vectors);

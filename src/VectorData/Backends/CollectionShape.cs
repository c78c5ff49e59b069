using IqdbFlat.Engine;

namespace IqdbFlat.VectorData.Backends;

/// <summary>One vector that a record may have: what it is called where it is stored, and how it is measured.</summary>
internal sealed record VectorColumn(string Name, int Dimension, Metric Metric)
{
    public override string ToString() => $"{Name} of dimension {Dimension} by {Metric}";
}

/// <summary>What of a model a collection is made from. Metadata needs no declaration.</summary>
internal sealed record CollectionShape(IReadOnlyList<VectorColumn> Vectors)
{
    /// <summary>Throws for a collection that was made with other vectors than this model's: its rows would be read as what they are not.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>.</exception>
    public void CheckIs(string collection, CollectionShape found)
    {
        if (!Vectors.SequenceEqual(found.Vectors))
            throw FlatIndexException.InvalidConfig($"the model of the collection '{collection}' has {this}, and the collection was made with {found}");
    }

    public override string ToString() => Vectors.Count == 0 ? "no vectors" : $"the vectors {string.Join(", ", Vectors)}";
}

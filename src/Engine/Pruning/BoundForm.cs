namespace IqdbFlat.Engine.Pruning;

/// <summary>Which proven bound a metric has; docs/PRUNING.md derives them.</summary>
internal enum BoundForm
{
    /// <summary>None: the rows carry no codes.</summary>
    None,

    /// <summary>The distance of the codes, less both residuals: Euclidean and its square.</summary>
    Distance,

    /// <summary>The same over vectors of length 1: cosine.</summary>
    Angle,

    /// <summary>The product of the codes, and what the residuals may add to it: the dot product.</summary>
    Product,
}

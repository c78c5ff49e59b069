namespace IqdbFlat.Engine;

/// <summary>How the distance of two vectors is measured; fixed when an index is created. The numbers are stored and never change.</summary>
/// <remarks>Smaller is nearer for every metric.</remarks>
public enum Metric : byte
{
    /// <summary>The Euclidean distance: the root of the sum of squared differences.</summary>
    Euclidean = 0,

    /// <summary>One minus the cosine of the angle; 1 where a norm is (next to) zero.</summary>
    Cosine = 1,

    /// <summary>The dot product, negated, so that more similar is smaller.</summary>
    DotProduct = 2,

    /// <summary>The sum of absolute differences.</summary>
    Manhattan = 3,

    /// <summary>The number of components whose 32 bits differ.</summary>
    Hamming = 4,

    /// <summary>The sum of squared differences, without the root.</summary>
    SquaredEuclidean = 5,
}

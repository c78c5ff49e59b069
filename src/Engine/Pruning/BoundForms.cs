namespace IqdbFlat.Engine.Pruning;

/// <summary>The bound of each metric.</summary>
internal static class BoundForms
{
    /// <summary>
    /// Manhattan and Hamming have none: with a scale for each row the sum of absolute differences of codes is no integer sum, and components
    /// that differ in their last bit alone have equal codes.
    /// </summary>
    public static BoundForm Of(Metric metric) => metric switch
    {
        Metric.Euclidean or Metric.SquaredEuclidean => BoundForm.Distance,
        Metric.Cosine => BoundForm.Angle,
        Metric.DotProduct => BoundForm.Product,
        _ => BoundForm.None,
    };
}

using IqdbFlat.Engine;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace IqdbFlat.VectorData.Model;

/// <summary>The abstraction's distance functions as metrics of the index, and its scores as distances.</summary>
/// <remarks>
/// The index ranks by a 32-bit distance that is smaller for what is nearer. A score is that distance in 64 bits for the functions that are distances, one minus it
/// for CosineSimilarity, and its negation for DotProductSimilarity, so that scores order as distances do, to the last bit.
/// </remarks>
internal static class DistanceFunctions
{
    public const string Default = DistanceFunction.CosineSimilarity;

    /// <summary>The metric of a vector property; <see cref="NotSupportedException"/> for a function that the abstraction does not have.</summary>
    public static Metric MetricOf(VectorPropertyModel vector) => (vector.DistanceFunction ?? Default) switch
    {
        DistanceFunction.CosineSimilarity or DistanceFunction.CosineDistance => Metric.Cosine,
        DistanceFunction.DotProductSimilarity or DistanceFunction.NegativeDotProductSimilarity => Metric.DotProduct,
        DistanceFunction.EuclideanDistance => Metric.Euclidean,
        DistanceFunction.EuclideanSquaredDistance => Metric.SquaredEuclidean,
        DistanceFunction.HammingDistance => Metric.Hamming,
        DistanceFunction.ManhattanDistance => Metric.Manhattan,
        var other => throw new NotSupportedException(
            $"Vector property '{vector.ModelName}' has unsupported distance function '{other}'. The supported distance functions are: "
            + $"{nameof(DistanceFunction.CosineSimilarity)}, {nameof(DistanceFunction.CosineDistance)}, {nameof(DistanceFunction.DotProductSimilarity)}, "
            + $"{nameof(DistanceFunction.NegativeDotProductSimilarity)}, {nameof(DistanceFunction.EuclideanDistance)}, {nameof(DistanceFunction.EuclideanSquaredDistance)}, "
            + $"{nameof(DistanceFunction.HammingDistance)}, {nameof(DistanceFunction.ManhattanDistance)}."),
    };

    /// <summary>Whether a greater score is nearer.</summary>
    public static bool IsSimilarity(string? function) => (function ?? Default) is DistanceFunction.CosineSimilarity or DistanceFunction.DotProductSimilarity;

    public static double Score(string? function, float distance) => (function ?? Default) switch
    {
        DistanceFunction.CosineSimilarity => 1.0 - distance,
        // 0 - x and not -x, so that a product of 0 is 0 and not -0.
        DistanceFunction.DotProductSimilarity => 0.0 - distance,
        _ => distance,
    };

    /// <summary>Whether a score is as near as the threshold or nearer; a score that is not a number never is.</summary>
    public static bool Passes(string? function, double score, double threshold) => IsSimilarity(function) ? score >= threshold : score <= threshold;
}

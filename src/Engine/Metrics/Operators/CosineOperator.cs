using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine.Metrics.Operators;

/// <summary>One minus the cosine of the angle.</summary>
internal readonly struct CosineOperator : IMetricOperator
{
    public static bool NeedsRowSquares => true;

    public static bool NeedsQuerySquares => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step<TPart>(TPart query, TPart row, ref TPart sum)
        where TPart : struct, IComponents<TPart>
        => TPart.AddProduct(query, row, ref sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Finish(Vector128<float> sums, Vector128<float> querySquares, Vector128<float> rowSquares)
    {
        Vector128<float> smallestNormal = Vector128.Create(1.17549435e-38f); // 2^-126
        Vector128<float> denominators = Vector128.Sqrt(querySquares) * Vector128.Sqrt(rowSquares);
        Vector128<float> one = Vector128.Create(1.0f);

        // Written this way round so that a denominator of NaN (infinity times zero) counts as too small.
        return Vector128.ConditionalSelect(Vector128.GreaterThan(denominators, smallestNormal), one - (sums / denominators), one);
    }
}

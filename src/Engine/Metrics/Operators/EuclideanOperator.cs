using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine.Metrics.Operators;

/// <summary>The root of the sum of squared differences.</summary>
internal readonly struct EuclideanOperator : IMetricOperator
{
    public static bool NeedsRowSquares => false;

    public static bool NeedsQuerySquares => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step<TPart>(TPart query, TPart row, ref TPart sum)
        where TPart : struct, IComponents<TPart>
        => SquaredEuclideanOperator.Step(query, row, ref sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Finish(Vector128<float> sums, Vector128<float> querySquares, Vector128<float> rowSquares) => Vector128.Sqrt(sums);
}

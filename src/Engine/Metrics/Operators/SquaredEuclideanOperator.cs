using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine.Metrics.Operators;

/// <summary>The sum of squared differences.</summary>
internal readonly struct SquaredEuclideanOperator : IMetricOperator
{
    public static bool NeedsRowSquares => false;

    public static bool NeedsQuerySquares => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step<TPart>(TPart query, TPart row, ref TPart sum)
        where TPart : struct, IComponents<TPart>
    {
        TPart difference = query - row;
        TPart.AddProduct(difference, difference, ref sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Finish(Vector128<float> sums, Vector128<float> querySquares, Vector128<float> rowSquares) => sums;
}

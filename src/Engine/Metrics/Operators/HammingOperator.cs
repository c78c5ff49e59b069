using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine.Metrics.Operators;

/// <summary>The number of components whose 32 bits differ. A lane counts at most 4,096 of them, so floats count exactly.</summary>
internal readonly struct HammingOperator : IMetricOperator
{
    public static bool NeedsRowSquares => false;

    public static bool NeedsQuerySquares => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step<TPart>(TPart query, TPart row, ref TPart sum)
        where TPart : struct, IComponents<TPart>
        => sum = TPart.CountDifferent(query, row, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Finish(Vector128<float> sums, Vector128<float> querySquares, Vector128<float> rowSquares) => sums;
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine.Metrics.Operators;

/// <summary>The sum of absolute differences.</summary>
internal readonly struct ManhattanOperator : IMetricOperator
{
    public static bool NeedsRowSquares => false;

    public static bool NeedsQuerySquares => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step<TPart>(TPart query, TPart row, ref TPart sum)
        where TPart : struct, IComponents<TPart>
        => sum += TPart.Abs(query - row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Finish(Vector128<float> sums, Vector128<float> querySquares, Vector128<float> rowSquares) => sums;
}

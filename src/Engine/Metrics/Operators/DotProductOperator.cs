using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine.Metrics.Operators;

/// <summary>The negated dot product. A zero product gives -0.0.</summary>
internal readonly struct DotProductOperator : IMetricOperator
{
    public static bool NeedsRowSquares => false;

    public static bool NeedsQuerySquares => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step<TPart>(TPart query, TPart row, ref TPart sum)
        where TPart : struct, IComponents<TPart>
        => TPart.AddProduct(query, row, ref sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Finish(Vector128<float> sums, Vector128<float> querySquares, Vector128<float> rowSquares) => -sums;
}

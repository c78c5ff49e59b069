using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine.Metrics.Operators;

/// <summary>One minus the cosine of the angle.</summary>
internal readonly struct CosineOperator : IMetricOperator
{
    public static bool NeedsRowSquares => true;

    public static bool NeedsQuerySquares => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Step<TLanes>(TLanes query, TLanes row, TLanes sum)
        where TLanes : struct, ILanes<TLanes>
        => TLanes.FusedMultiplyAdd(query, row, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Finish(float sum, float querySquares, float rowSquares)
    {
        const float smallestNormal = 1.17549435e-38f; // 2^-126
        float denominator = MathF.Sqrt(querySquares) * MathF.Sqrt(rowSquares);

        // Written this way round so that a denominator of NaN (infinity times zero) counts as too small.
        return denominator > smallestNormal ? 1.0f - (sum / denominator) : 1.0f;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics.Operators;

namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>Sixteen lanes in four vectors: NEON, or SSE, where the fused multiply-add is emulated if the processor has none.</summary>
internal unsafe struct Lanes128 : ILanes<Lanes128>
{
    private Part128 _v0; // lanes 0 to 3
    private Part128 _v1; // lanes 4 to 7
    private Part128 _v2; // lanes 8 to 11
    private Part128 _v3; // lanes 12 to 15

    private Lanes128(Part128 v0, Part128 v1, Part128 v2, Part128 v3)
    {
        _v0 = v0;
        _v1 = v1;
        _v2 = v2;
        _v3 = v3;
    }

    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    public static Lanes128 Zero => new(Part128.Zero, Part128.Zero, Part128.Zero, Part128.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* source) => new(
        Part128.Load(source), Part128.Load(source + Part128.Width), Part128.Load(source + (2 * Part128.Width)), Part128.Load(source + (3 * Part128.Width)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 left, Lanes128 right) => new(
        left._v0 + right._v0, left._v1 + right._v1, left._v2 + right._v2, left._v3 + right._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 left, Lanes128 right) => new(
        left._v0 - right._v0, left._v1 - right._v1, left._v2 - right._v2, left._v3 - right._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Abs(Lanes128 value) => new(
        Part128.Abs(value._v0), Part128.Abs(value._v1), Part128.Abs(value._v2), Part128.Abs(value._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(Lanes128 left, Lanes128 right, ref Lanes128 sum)
    {
        Part128.AddProduct(left._v0, right._v0, ref sum._v0);
        Part128.AddProduct(left._v1, right._v1, ref sum._v1);
        Part128.AddProduct(left._v2, right._v2, ref sum._v2);
        Part128.AddProduct(left._v3, right._v3, ref sum._v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 CountDifferent(Lanes128 left, Lanes128 right, Lanes128 count) => new(
        Part128.CountDifferent(left._v0, right._v0, count._v0),
        Part128.CountDifferent(left._v1, right._v1, count._v1),
        Part128.CountDifferent(left._v2, right._v2, count._v2),
        Part128.CountDifferent(left._v3, right._v3, count._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FoldToFour(Lanes128 lanes) => ((lanes._v0 + lanes._v2) + (lanes._v1 + lanes._v3)).Register;

    /// <summary>A quarter of all pairs after the other: the 24 registers of the sums leave eight of the 32 that NEON has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeSix<TOperator>(
        float* a, float* b, float* row0, float* row1, float* row2, nint at, nint beyond, ref Lanes128 a0, ref Lanes128 a1, ref Lanes128 a2, ref Lanes128 b0, ref Lanes128 b1, ref Lanes128 b2)
        where TOperator : struct, IMetricOperator
    {
        TileSums.Step<Part128, TOperator>(a, b, row0, row1, row2, at, beyond, ref a0._v0, ref a1._v0, ref a2._v0, ref b0._v0, ref b1._v0, ref b2._v0);
        TileSums.Step<Part128, TOperator>(a, b, row0, row1, row2, at, beyond + Part128.Width, ref a0._v1, ref a1._v1, ref a2._v1, ref b0._v1, ref b1._v1, ref b2._v1);
        TileSums.Step<Part128, TOperator>(a, b, row0, row1, row2, at, beyond + (2 * Part128.Width), ref a0._v2, ref a1._v2, ref a2._v2, ref b0._v2, ref b1._v2, ref b2._v2);
        TileSums.Step<Part128, TOperator>(a, b, row0, row1, row2, at, beyond + (3 * Part128.Width), ref a0._v3, ref a1._v3, ref a2._v3, ref b0._v3, ref b1._v3, ref b2._v3);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>Sixteen lanes in four vectors: NEON, or SSE, where the fused multiply-add is emulated if the processor has none.</summary>
internal unsafe struct Lanes128 : ILanes<Lanes128>
{
    private Vector128<float> _v0; // lanes 0 to 3
    private Vector128<float> _v1; // lanes 4 to 7
    private Vector128<float> _v2; // lanes 8 to 11
    private Vector128<float> _v3; // lanes 12 to 15

    private Lanes128(Vector128<float> v0, Vector128<float> v1, Vector128<float> v2, Vector128<float> v3)
    {
        _v0 = v0;
        _v1 = v1;
        _v2 = v2;
        _v3 = v3;
    }

    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    public static Lanes128 Zero => new(Vector128<float>.Zero, Vector128<float>.Zero, Vector128<float>.Zero, Vector128<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* source) => new(
        Vector128.Load(source), Vector128.Load(source + 4), Vector128.Load(source + 8), Vector128.Load(source + 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 left, Lanes128 right) => new(
        left._v0 + right._v0, left._v1 + right._v1, left._v2 + right._v2, left._v3 + right._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 left, Lanes128 right) => new(
        left._v0 - right._v0, left._v1 - right._v1, left._v2 - right._v2, left._v3 - right._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Abs(Lanes128 value) => new(
        Vector128.Abs(value._v0), Vector128.Abs(value._v1), Vector128.Abs(value._v2), Vector128.Abs(value._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(Lanes128 left, Lanes128 right, ref Lanes128 sum)
    {
        sum._v0 = MultiplyAdd(left._v0, right._v0, sum._v0);
        sum._v1 = MultiplyAdd(left._v1, right._v1, sum._v1);
        sum._v2 = MultiplyAdd(left._v2, right._v2, sum._v2);
        sum._v3 = MultiplyAdd(left._v3, right._v3, sum._v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 CountDifferent(Lanes128 left, Lanes128 right, Lanes128 count) => new(
        count._v0 + Different(left._v0, right._v0),
        count._v1 + Different(left._v1, right._v1),
        count._v2 + Different(left._v2, right._v2),
        count._v3 + Different(left._v3, right._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FoldToFour(Lanes128 lanes) => (lanes._v0 + lanes._v2) + (lanes._v1 + lanes._v3);

    /// <summary>The fused multiply-add of the machine, or else the emulated one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend)
    {
        if (Fma.IsSupported)
        {
            return Fma.MultiplyAdd(left, right, addend);
        }

        return AdvSimd.IsSupported ? AdvSimd.FusedMultiplyAdd(addend, left, right) : ExactFma.Compute(left, right, addend);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Different(Vector128<float> left, Vector128<float> right) =>
        Vector128.AndNot(Vector128.Create(1.0f), Vector128.Equals(left.AsInt32(), right.AsInt32()).AsSingle());
}

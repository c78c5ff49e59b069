using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>Four lanes in one register: NEON, or SSE, where the fused multiply-add is emulated if the processor has none.</summary>
internal unsafe struct Part128 : IComponents<Part128>
{
    private Vector128<float> _all;

    private Part128(Vector128<float> all) => _all = all;

    /// <summary>Lanes of a part.</summary>
    public const int Width = 4;

    /// <summary>The register.</summary>
    public readonly Vector128<float> Register => _all;

    public static Part128 Zero => new(Vector128<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part128 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part128 operator +(Part128 left, Part128 right) => new(left._all + right._all);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part128 operator -(Part128 left, Part128 right) => new(left._all - right._all);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part128 Abs(Part128 value) => new(Vector128.Abs(value._all));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(Part128 left, Part128 right, ref Part128 sum) =>
        sum._all = MultiplyAdd(left._all, right._all, sum._all);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part128 CountDifferent(Part128 left, Part128 right, Part128 count) =>
        new(count._all + Vector128.AndNot(Vector128.Create(1.0f), Vector128.Equals(left._all.AsInt32(), right._all.AsInt32()).AsSingle()));

    /// <summary>The fused multiply-add of the machine, or else the emulated one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend)
    {
        if (Fma.IsSupported)
        {
            return Fma.MultiplyAdd(left, right, addend);
        }

        return AdvSimd.IsSupported ? AdvSimd.FusedMultiplyAdd(addend, left, right) : ExactFma.Compute(left, right, addend);
    }
}

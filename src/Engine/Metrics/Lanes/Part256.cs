using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>Eight lanes in one register: AVX2 with FMA.</summary>
internal unsafe struct Part256 : IComponents<Part256>
{
    private Vector256<float> _all;

    private Part256(Vector256<float> all) => _all = all;

    /// <summary>Lanes of a part.</summary>
    public const int Width = 8;

    /// <summary>The register.</summary>
    public readonly Vector256<float> Register => _all;

    public static Part256 Zero => new(Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part256 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part256 operator +(Part256 left, Part256 right) => new(left._all + right._all);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part256 operator -(Part256 left, Part256 right) => new(left._all - right._all);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part256 Abs(Part256 value) => new(Vector256.Abs(value._all));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(Part256 left, Part256 right, ref Part256 sum) =>
        sum._all = Fma.MultiplyAdd(left._all, right._all, sum._all);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Part256 CountDifferent(Part256 left, Part256 right, Part256 count) =>
        new(count._all + Vector256.AndNot(Vector256.Create(1.0f), Vector256.Equals(left._all.AsInt32(), right._all.AsInt32()).AsSingle()));
}

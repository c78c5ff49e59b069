using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>Sixteen lanes in one vector: AVX-512.</summary>
internal unsafe struct Lanes512 : ILanes<Lanes512>
{
    private Vector512<float> _all;

    private Lanes512(Vector512<float> all) => _all = all;

    public static bool IsSupported => Avx512F.IsSupported;

    public static Lanes512 Zero => new(Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 left, Lanes512 right) => new(left._all + right._all);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 left, Lanes512 right) => new(left._all - right._all);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Abs(Lanes512 value) => new(Vector512.Abs(value._all));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(Lanes512 left, Lanes512 right, ref Lanes512 sum) =>
        sum._all = Avx512F.FusedMultiplyAdd(left._all, right._all, sum._all);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 CountDifferent(Lanes512 left, Lanes512 right, Lanes512 count)
    {
        Vector512<float> equal = Vector512.Equals(left._all.AsInt32(), right._all.AsInt32()).AsSingle();
        return new(count._all + Vector512.AndNot(Vector512.Create(1.0f), equal));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FoldToFour(Lanes512 lanes)
    {
        Vector256<float> eight = lanes._all.GetLower() + lanes._all.GetUpper();
        return eight.GetLower() + eight.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FoldToFours(Lanes512 first, Lanes512 second) =>
        LanesFold.AddHalves(first._all.GetLower() + first._all.GetUpper(), second._all.GetLower() + second._all.GetUpper());
}

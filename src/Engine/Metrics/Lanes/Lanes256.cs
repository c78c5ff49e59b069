using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>Sixteen lanes in two vectors: AVX2 with FMA.</summary>
internal unsafe struct Lanes256 : ILanes<Lanes256>
{
    private Vector256<float> _lower; // lanes 0 to 7
    private Vector256<float> _upper; // lanes 8 to 15

    private Lanes256(Vector256<float> lower, Vector256<float> upper)
    {
        _lower = lower;
        _upper = upper;
    }

    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    public static Lanes256 Zero => new(Vector256<float>.Zero, Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(float* source) => new(Vector256.Load(source), Vector256.Load(source + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 left, Lanes256 right) => new(left._lower + right._lower, left._upper + right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 left, Lanes256 right) => new(left._lower - right._lower, left._upper - right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Abs(Lanes256 value) => new(Vector256.Abs(value._lower), Vector256.Abs(value._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(Lanes256 left, Lanes256 right, ref Lanes256 sum)
    {
        sum._lower = Fma.MultiplyAdd(left._lower, right._lower, sum._lower);
        sum._upper = Fma.MultiplyAdd(left._upper, right._upper, sum._upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 CountDifferent(Lanes256 left, Lanes256 right, Lanes256 count) => new(
        count._lower + Different(left._lower, right._lower),
        count._upper + Different(left._upper, right._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FoldToFour(Lanes256 lanes)
    {
        Vector256<float> eight = lanes._lower + lanes._upper;
        return eight.GetLower() + eight.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Different(Vector256<float> left, Vector256<float> right) =>
        Vector256.AndNot(Vector256.Create(1.0f), Vector256.Equals(left.AsInt32(), right.AsInt32()).AsSingle());
}

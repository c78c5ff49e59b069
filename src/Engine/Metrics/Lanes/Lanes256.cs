using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IqdbFlat.Engine.Metrics.Operators;

namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>Sixteen lanes in two vectors: AVX2 with FMA.</summary>
internal unsafe struct Lanes256 : ILanes<Lanes256>
{
    private Part256 _lower; // lanes 0 to 7
    private Part256 _upper; // lanes 8 to 15

    private Lanes256(Part256 lower, Part256 upper)
    {
        _lower = lower;
        _upper = upper;
    }

    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    public static Lanes256 Zero => new(Part256.Zero, Part256.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(float* source) => new(Part256.Load(source), Part256.Load(source + Part256.Width));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 left, Lanes256 right) => new(left._lower + right._lower, left._upper + right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 left, Lanes256 right) => new(left._lower - right._lower, left._upper - right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Abs(Lanes256 value) => new(Part256.Abs(value._lower), Part256.Abs(value._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(Lanes256 left, Lanes256 right, ref Lanes256 sum)
    {
        Part256.AddProduct(left._lower, right._lower, ref sum._lower);
        Part256.AddProduct(left._upper, right._upper, ref sum._upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 CountDifferent(Lanes256 left, Lanes256 right, Lanes256 count) => new(
        Part256.CountDifferent(left._lower, right._lower, count._lower),
        Part256.CountDifferent(left._upper, right._upper, count._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FoldToFour(Lanes256 lanes)
    {
        Vector256<float> eight = (lanes._lower + lanes._upper).Register;
        return eight.GetLower() + eight.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FoldToFours(Lanes256 first, Lanes256 second) =>
        LanesFold.AddHalves((first._lower + first._upper).Register, (second._lower + second._upper).Register);

    /// <summary>One register after the other, so that the compiler finds each load beside its use and makes one instruction of both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Take<TOperator>(float* query, float* row, nint at, ref Lanes256 sum, ref Lanes256 squares)
        where TOperator : struct, IMetricOperator
    {
        if (TOperator.NeedsRowSquares)
        {
            Part256 lower = Part256.Load(row + at);
            TOperator.Step(Part256.Load(query + at), lower, ref sum._lower);
            Part256.AddProduct(lower, lower, ref squares._lower);
            Part256 upper = Part256.Load(row + at + Part256.Width);
            TOperator.Step(Part256.Load(query + at + Part256.Width), upper, ref sum._upper);
            Part256.AddProduct(upper, upper, ref squares._upper);
            return;
        }

        TOperator.Step(Part256.Load(query + at), Part256.Load(row + at), ref sum._lower);
        TOperator.Step(Part256.Load(query + at + Part256.Width), Part256.Load(row + at + Part256.Width), ref sum._upper);
    }

    /// <summary>The lower half of all pairs, then the upper: the queries, a row and a difference take a register each beside the twelve of the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeSix<TOperator>(
        float* a, float* b, float* row0, float* row1, float* row2, nint at, nint beyond, ref Lanes256 a0, ref Lanes256 a1, ref Lanes256 a2, ref Lanes256 b0, ref Lanes256 b1, ref Lanes256 b2)
        where TOperator : struct, IMetricOperator
    {
        TileSums.Step<Part256, TOperator>(a, b, row0, row1, row2, at, beyond, ref a0._lower, ref a1._lower, ref a2._lower, ref b0._lower, ref b1._lower, ref b2._lower);
        TileSums.Step<Part256, TOperator>(a, b, row0, row1, row2, at, beyond + Part256.Width, ref a0._upper, ref a1._upper, ref a2._upper, ref b0._upper, ref b1._upper, ref b2._upper);
    }
}

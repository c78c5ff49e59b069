using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>
/// The lower half of the fold, which all widths share: of four lanes, s[l] += s[l+2], then s[0] + s[1]; then + 0.0, so that -0.0
/// becomes +0.0. Four sums go side by side: folding by itself costs a short row as much as its components do.
/// </summary>
internal static class LanesFold
{
    /// <summary>One sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum<TLanes>(TLanes lanes)
        where TLanes : struct, ILanes<TLanes>
    {
        Vector128<float> four = TLanes.FoldToFour(lanes);
        return ((four[0] + four[2]) + (four[1] + four[3])) + 0.0f;
    }

    /// <summary>Four sums, each by the same additions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums<TLanes>(TLanes lanes0, TLanes lanes1, TLanes lanes2, TLanes lanes3)
        where TLanes : struct, ILanes<TLanes> =>
        Sums(TLanes.FoldToFour(lanes0), TLanes.FoldToFour(lanes1), TLanes.FoldToFour(lanes2), TLanes.FoldToFour(lanes3));

    /// <summary>Four sums of what <see cref="ILanes{TSelf}.FoldToFour"/> leaves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Vector128<float> four0, Vector128<float> four1, Vector128<float> four2, Vector128<float> four3)
    {
        Vector128<float> two01 = AddHalves(four0, four1);
        Vector128<float> two23 = AddHalves(four2, four3);

        // Two numbers are left of each row: the first of every row below, the second above.
        two01 = Vector128.Shuffle(two01, Vector128.Create(0, 2, 1, 3));
        two23 = Vector128.Shuffle(two23, Vector128.Create(0, 2, 1, 3));
        return AddHalves(two01, two23) + Vector128<float>.Zero;
    }

    /// <summary>Eight sums: four of the lower halves, four of the upper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sums(Vector256<float> fours0, Vector256<float> fours1, Vector256<float> fours2, Vector256<float> fours3)
    {
        if (!Avx.IsSupported)
        {
            return Vector256.Create(
                Sums(fours0.GetLower(), fours1.GetLower(), fours2.GetLower(), fours3.GetLower()),
                Sums(fours0.GetUpper(), fours1.GetUpper(), fours2.GetUpper(), fours3.GetUpper()));
        }

        var twos01 = Avx.UnpackLow(fours0.AsDouble(), fours1.AsDouble()).AsSingle() + Avx.UnpackHigh(fours0.AsDouble(), fours1.AsDouble()).AsSingle();
        var twos23 = Avx.UnpackLow(fours2.AsDouble(), fours3.AsDouble()).AsSingle() + Avx.UnpackHigh(fours2.AsDouble(), fours3.AsDouble()).AsSingle();
        return Avx.Shuffle(twos01, twos23, 0b10_00_10_00) + Avx.Shuffle(twos01, twos23, 0b11_01_11_01) + Vector256<float>.Zero;
    }

    /// <summary>The lower half of each plus its upper half, side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> AddHalves(Vector256<float> left, Vector256<float> right) =>
        Avx.Permute2x128(left, right, 0x20) + Avx.Permute2x128(left, right, 0x31);

    /// <summary>The lower half of each plus its upper half, side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> AddHalves(Vector128<float> left, Vector128<float> right) => Sse.IsSupported
        ? Sse.MoveLowToHigh(left, right) + Sse.MoveHighToLow(right, left)
        : Vector128.Create(left.GetLower(), right.GetLower()) + Vector128.Create(left.GetUpper(), right.GetUpper());
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine.Metrics;

/// <summary>The folds of the twelve pairs of <see cref="TileSums"/>, side by side: each pair by the additions of <see cref="LanesFold"/>.</summary>
/// <remarks>
/// With registers of 256 bits a pair of the first query lies in the lower half and its neighbour of the second query in the upper, so that one
/// addition serves both; each round halves the sums of a pair and puts those of two side by side.
/// </remarks>
internal static unsafe class TileFold
{
    private const int Lanes = PreparedQuery.Granule;

    /// <summary>The sums of both queries with the first four rows, and with the last two: the first query's pair in the lower half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fold<TLanes>(float* sums, out Vector128<float> firstFour, out Vector128<float> secondFour, out Vector128<float> lastTwo)
        where TLanes : struct, ILanes<TLanes>
    {
        if (Avx.IsSupported && (typeof(TLanes) == typeof(Lanes256) || typeof(TLanes) == typeof(Lanes512)))
        {
            var rows01 = AddPairs(AddHalves(sums, 0), AddHalves(sums, 1));
            var rows23 = AddPairs(AddHalves(sums, 2), AddHalves(sums, 3));
            var fours = Avx.Shuffle(rows01, rows23, 0b10_00_10_00) + Avx.Shuffle(rows01, rows23, 0b11_01_11_01) + Vector256<float>.Zero;
            firstFour = fours.GetLower();
            secondFour = fours.GetUpper();
            var rows45 = AddPairs(AddHalves(sums, 4), AddHalves(sums, 5));
            var (first, second) = (rows45.GetLower(), rows45.GetUpper());
            lastTwo = Sse.Shuffle(first, second, 0b10_00_10_00) + Sse.Shuffle(first, second, 0b11_01_11_01) + Vector128<float>.Zero;
            return;
        }

        firstFour = LanesFold.Sums(Load(0), Load(1), Load(2), Load(3));
        secondFour = LanesFold.Sums(Load(6), Load(7), Load(8), Load(9));
        lastTwo = LanesFold.Sums(Load(4), Load(5), Load(10), Load(11));

        TLanes Load(int pair) => TLanes.Load(sums + (pair * Lanes));
    }

    /// <summary>s[l] += s[l+8], then s[l] += s[l+4], of a row with the first query and with the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> AddHalves(float* sums, int row)
    {
        float* first = sums + (row * Lanes);
        float* second = first + (TileSums.Rows * Lanes);
        var firstEight = Vector256.Load(first) + Vector256.Load(first + (Lanes / 2));
        var secondEight = Vector256.Load(second) + Vector256.Load(second + (Lanes / 2));
        return Avx.Permute2x128(firstEight, secondEight, 0x20) + Avx.Permute2x128(firstEight, secondEight, 0x31);
    }

    /// <summary>s[l] += s[l+2] of two rows: the two sums that are left of one, then those of the other, in each half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> AddPairs(Vector256<float> row0, Vector256<float> row1) =>
        Avx.UnpackLow(row0.AsDouble(), row1.AsDouble()).AsSingle() + Avx.UnpackHigh(row0.AsDouble(), row1.AsDouble()).AsSingle();
}

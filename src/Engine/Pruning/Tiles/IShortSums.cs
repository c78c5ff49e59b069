using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IqdbFlat.Engine.Pruning.Tiles;

/// <summary>Adds four registers of sums of two products to sums of 32 bits. Unsigned codes are at most 255, so how many fit 16 bits is up to the others.</summary>
internal interface IShortSums
{
    /// <summary>The sums with the four added.</summary>
    static abstract Vector256<int> Add(Vector256<int> sums, Vector256<short> first, Vector256<short> second, Vector256<short> third, Vector256<short> fourth);
}

/// <summary>Of <see cref="TileDepth.SixBits"/>: 2 * 2 * 255 * 31 = 31,620 fits.</summary>
internal readonly struct TwoShortSums : IShortSums
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<short> first, Vector256<short> second, Vector256<short> third, Vector256<short> fourth) =>
        sums + Avx2.MultiplyAddAdjacent(first + second, Vector256<short>.One) + Avx2.MultiplyAddAdjacent(third + fourth, Vector256<short>.One);
}

/// <summary>Of <see cref="TileDepth.SevenBits"/>: 2 * 255 * 63 = 32,130 fits.</summary>
internal readonly struct OneShortSum : IShortSums
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<short> first, Vector256<short> second, Vector256<short> third, Vector256<short> fourth) =>
        sums + Avx2.MultiplyAddAdjacent(first, Vector256<short>.One) + Avx2.MultiplyAddAdjacent(second, Vector256<short>.One)
            + Avx2.MultiplyAddAdjacent(third, Vector256<short>.One) + Avx2.MultiplyAddAdjacent(fourth, Vector256<short>.One);
}

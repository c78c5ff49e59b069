using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IqdbFlat.Engine.Pruning.Dots;

/// <summary>In two multiply-adds. Two products are at most 2 * 127 * 127 = 32,258 together: the saturating sum of 16 bits is exact.</summary>
internal readonly struct MaddStep : IByteStep
{
    public static bool IsSupported => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<byte> magnitudes, Vector256<sbyte> signed) =>
        sums + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(magnitudes, signed), Vector256<short>.One);
}

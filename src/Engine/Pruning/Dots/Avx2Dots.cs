using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IqdbFlat.Engine.Pruning.Dots;

/// <summary>
/// Thirty-two components at once: |q| times x with the sign of q, as unsigned by signed bytes, so that no sum of 16 bits saturates
/// (<see cref="MaddStep"/>).
/// </summary>
/// <remarks>
/// Rows are read one behind the other, as one stream, and the bytes some rows ahead are asked for early: the processor's own prefetcher stops at
/// each page of 4 KiB, which is a few rows of codes.
/// </remarks>
internal readonly unsafe struct Avx2Dots<TStep> : ICodeDots
    where TStep : struct, IByteStep
{
    private const int Line = 64;

    public static bool IsSupported => Avx2.IsSupported && TStep.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Four(sbyte* query, sbyte* row0, sbyte* row1, sbyte* row2, sbyte* row3, nint stride, nint ahead)
    {
        // Each adds neighbours within halves: after two rounds each half has one sum of each of the four rows.
        var pairs0 = Avx2.HorizontalAdd(OneRow(query, row0, stride, ahead), OneRow(query, row1, stride, ahead));
        var pairs1 = Avx2.HorizontalAdd(OneRow(query, row2, stride, ahead), OneRow(query, row3, stride, ahead));
        var halves = Avx2.HorizontalAdd(pairs0, pairs1);
        return halves.GetLower() + halves.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> OneRow(sbyte* query, sbyte* codes, nint stride, nint ahead)
    {
        byte* magnitudes = (byte*)query + stride;
        Vector256<int> sum0 = default, sum1 = default;
        for (nint j = 0; j < stride; j += Line)
        {
            Sse.Prefetch0(codes + j + ahead);
            sum0 = TStep.Add(sum0, Vector256.Load(magnitudes + j), Avx2.Sign(Vector256.Load(codes + j), Vector256.Load(query + j)));
            nint next = j + Vector256<sbyte>.Count;
            sum1 = TStep.Add(sum1, Vector256.Load(magnitudes + next), Avx2.Sign(Vector256.Load(codes + next), Vector256.Load(query + next)));
        }

        return sum0 + sum1;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Pruning.Dots;

/// <summary>
/// Thirty-two components at once: the row's codes plus 128 times the query's, as unsigned by signed bytes, so that no sum of 16 bits saturates
/// (<see cref="MaddStep"/>), less what the 128 have added.
/// </summary>
/// <remarks>
/// Rows are read one behind the other, as one stream, and the bytes some rows ahead are asked for early: the processor's own prefetcher stops at
/// each page of 4 KiB, which is a few rows of codes.
/// </remarks>
internal readonly unsafe struct Avx2Dots<TStep> : ICodeDots
    where TStep : struct, IByteStep
{
    private const int Line = CacheLine.Bytes;

    public static bool IsSupported => Avx2.IsSupported && TStep.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Four(sbyte* query, sbyte* row0, sbyte* row1, sbyte* row2, sbyte* row3, nint stride, nint ahead)
    {
        // Each adds neighbours within halves: after two rounds each half has one sum of each of the four rows.
        var pairs0 = Avx2.HorizontalAdd(OneRow(query, row0, stride, ahead), OneRow(query, row1, stride, ahead));
        var pairs1 = Avx2.HorizontalAdd(OneRow(query, row2, stride, ahead), OneRow(query, row3, stride, ahead));
        var halves = Avx2.HorizontalAdd(pairs0, pairs1);
        return halves.GetLower() + halves.GetUpper() - Vector128.Create(Above(query, stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int One(sbyte* query, sbyte* row, nint stride) => Vector256.Sum(OneRow(query, row, stride, 0)) - Above(query, stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> OneRow(sbyte* query, sbyte* codes, nint stride, nint ahead)
    {
        Vector256<int> sum0 = default, sum1 = default;
        sbyte* end = codes + stride;
        for (sbyte* last = end - (2 * Line); codes <= last; codes += 2 * Line, query += 2 * Line)
        {
            CacheLine.Fetch(codes + ahead);
            CacheLine.Fetch(codes + ahead + Line);
            Take(query, codes, 0, ref sum0);
            Take(query, codes, Line / 2, ref sum1);
            Take(query, codes, Line, ref sum0);
            Take(query, codes, Line + (Line / 2), ref sum1);
        }

        if (codes < end)
        {
            CacheLine.Fetch(codes + ahead);
            Take(query, codes, 0, ref sum0);
            Take(query, codes, Line / 2, ref sum1);
        }

        return sum0 + sum1;
    }

    /// <summary>Half a line; pointers that all addresses share and constants, so that no instruction goes to addresses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(sbyte* query, sbyte* codes, nint at, ref Vector256<int> sum) =>
        sum = TStep.Add(sum, Vector256.Load((byte*)codes + at) ^ Vector256.Create((byte)QueryCodes.Above), Vector256.Load(query + at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Above(sbyte* query, nint stride) => *(int*)(query + stride);
}

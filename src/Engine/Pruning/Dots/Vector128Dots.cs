using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Pruning.Dots;

/// <summary>Sixteen components at once, widened to 16 bits (a product fits) and added in 32: SSE, NEON without dot products, and others.</summary>
internal readonly unsafe struct Vector128Dots : ICodeDots
{
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Four(sbyte* query, sbyte* row0, sbyte* row1, sbyte* row2, sbyte* row3, nint stride, nint ahead) =>
        Vector128.Create(One(query, row0, stride), One(query, row1, stride), One(query, row2, stride), One(query, row3, stride));

    public static int One(sbyte* query, sbyte* row, nint stride)
    {
        Vector128<int> sum = default;
        for (nint j = 0; j < stride; j += Vector128<sbyte>.Count)
        {
            var (queryLower, queryUpper) = Vector128.Widen(Vector128.Load(query + j));
            var (rowLower, rowUpper) = Vector128.Widen(Vector128.Load(row + j));
            sum += Sum(queryLower * rowLower) + Sum(queryUpper * rowUpper);
        }

        return Vector128.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Sum(Vector128<short> products)
    {
        var (lower, upper) = Vector128.Widen(products);
        return lower + upper;
    }
}

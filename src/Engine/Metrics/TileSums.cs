using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics.Lanes;
using IqdbFlat.Engine.Metrics.Operators;

namespace IqdbFlat.Engine.Metrics;

/// <summary>The innermost loop of a tile: components of two queries and three rows into the sums of their six pairs.</summary>
/// <remarks>
/// What bounds it is the arithmetic: a subtraction and a fused multiply-add for each register of components. To keep to that, loads must be few, and
/// enough sums must be under way for the time that a multiply-add takes. With AVX2 the sixteen lanes of six pairs are twelve sums; with a register
/// for each query, one for a row and one for a difference they are sixteen registers, all that there are, for ten loads and 24 operations. More
/// pairs would need the lanes in two turns: fewer loads, but sums that go through memory, which costs short vectors more.
/// </remarks>
internal static unsafe class TileSums
{
    public const int Queries = 2;
    public const int Rows = 3;

    /// <summary>Floats of the sums of all pairs.</summary>
    public const int Floats = Queries * Rows * Lanes;

    /// <summary>Floats that <see cref="ILanes{TSelf}.FoldToFours"/> leaves of a row and both queries.</summary>
    public const int Fours = 8;

    private const int Lanes = PreparedQuery.Granule;

    /// <summary>A block of the components of two queries and three rows: adds to the sums of the blocks before, and folds them at the last. Whether it is the first and the last may be constants to the compiler.</summary>
    /// <param name="a">The components of the first query.</param>
    /// <param name="b">Those of the second.</param>
    /// <param name="row0">Those of the first row.</param>
    /// <param name="row1">Those of the second.</param>
    /// <param name="row2">Those of the third.</param>
    /// <param name="length">Components, a multiple of sixteen.</param>
    /// <param name="kept">The sums of the pairs, sixteen lanes each, those of the first query first: read unless it begins, written unless it ends.</param>
    /// <param name="begins">Whether no block came before.</param>
    /// <param name="ends">Whether no block comes after.</param>
    /// <param name="fours">Where four numbers a pair go at the end, whose sum is the pair's: by row, those of the first query below.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block<TLanes, TOperator>(
        float* a, float* b, float* row0, float* row1, float* row2, nint length, float* kept, bool begins, bool ends, float* fours)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        TLanes a0, a1, a2, b0, b1, b2;
        a0 = a1 = a2 = b0 = b1 = b2 = TLanes.Zero;
        if (!begins)
        {
            a0 = TLanes.Load(kept);
            a1 = TLanes.Load(kept + Lanes);
            a2 = TLanes.Load(kept + (2 * Lanes));
            b0 = TLanes.Load(kept + (3 * Lanes));
            b1 = TLanes.Load(kept + (4 * Lanes));
            b2 = TLanes.Load(kept + (5 * Lanes));
        }

        Add<TLanes, TOperator>(a, b, row0, row1, row2, length, ref a0, ref a1, ref a2, ref b0, ref b1, ref b2);
        if (ends)
        {
            Fold(a0, a1, a2, b0, b1, b2, fours);
            return;
        }

        Unsafe.WriteUnaligned(kept, a0);
        Unsafe.WriteUnaligned(kept + Lanes, a1);
        Unsafe.WriteUnaligned(kept + (2 * Lanes), a2);
        Unsafe.WriteUnaligned(kept + (3 * Lanes), b0);
        Unsafe.WriteUnaligned(kept + (4 * Lanes), b1);
        Unsafe.WriteUnaligned(kept + (5 * Lanes), b2);
    }

    /// <summary>One register of components of the two queries and the three rows into the sums of the pairs.</summary>
    /// <remarks>A constant <paramref name="beyond"/> goes into the addresses because it is added last.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step<TPart, TOperator>(
        float* a, float* b, float* row0, float* row1, float* row2, nint at, nint beyond, ref TPart a0, ref TPart a1, ref TPart a2, ref TPart b0, ref TPart b1, ref TPart b2)
        where TPart : struct, IComponents<TPart>
        where TOperator : struct, IMetricOperator
    {
        TPart left = TPart.Load(a + at + beyond);
        TPart right = TPart.Load(b + at + beyond);
        TPart row = TPart.Load(row0 + at + beyond);
        TOperator.Step(left, row, ref a0);
        TOperator.Step(right, row, ref b0);
        row = TPart.Load(row1 + at + beyond);
        TOperator.Step(left, row, ref a1);
        TOperator.Step(right, row, ref b1);
        row = TPart.Load(row2 + at + beyond);
        TOperator.Step(left, row, ref a2);
        TOperator.Step(right, row, ref b2);
    }

    /// <summary>Two steps a round: the processor takes instructions by the line, and a longer loop leaves less of its first and last line unused.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLanes, TOperator>(
        float* a, float* b, float* row0, float* row1, float* row2, nint length, ref TLanes a0, ref TLanes a1, ref TLanes a2, ref TLanes b0, ref TLanes b1, ref TLanes b2)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        nint at = 0;
        for (; at < length - Lanes; at += 2 * Lanes)
        {
            TLanes.TakeSix<TOperator>(a, b, row0, row1, row2, at, 0, ref a0, ref a1, ref a2, ref b0, ref b1, ref b2);
            TLanes.TakeSix<TOperator>(a, b, row0, row1, row2, at, Lanes, ref a0, ref a1, ref a2, ref b0, ref b1, ref b2);
        }

        if (at < length)
            TLanes.TakeSix<TOperator>(a, b, row0, row1, row2, at, 0, ref a0, ref a1, ref a2, ref b0, ref b1, ref b2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fold<TLanes>(TLanes a0, TLanes a1, TLanes a2, TLanes b0, TLanes b1, TLanes b2, float* fours)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes.FoldToFours(a0, b0).Store(fours);
        TLanes.FoldToFours(a1, b1).Store(fours + Fours);
        TLanes.FoldToFours(a2, b2).Store(fours + (2 * Fours));
    }
}

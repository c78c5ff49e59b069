using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics.Operators;

namespace IqdbFlat.Engine.Metrics.Lanes;

/// <summary>
/// The sixteen lanes of the canonical arithmetic as one value. Each implementation is an instruction set; all give the same bits,
/// because a lane never meets another before the fold, and that adds in a fixed tree.
/// </summary>
/// <remarks>Kernels take the lanes as a type parameter: one source, compiled once for each width.</remarks>
/// <typeparam name="TSelf">The implementation.</typeparam>
internal unsafe interface ILanes<TSelf> : IComponents<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Whether this processor runs the implementation as its name says. A constant to the compiler.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>The upper half of the fold: s[l] += s[l+8], then s[l] += s[l+4]. <see cref="LanesFold"/> does the rest.</summary>
    static abstract Vector128<float> FoldToFour(TSelf lanes);

    /// <summary>The same of two at once: what is left of the first below, of the second above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual Vector256<float> FoldToFours(TSelf first, TSelf second) => Vector256.Create(TSelf.FoldToFour(first), TSelf.FoldToFour(second));

    /// <summary>Takes sixteen components of a query and a row into the lanes, and the squares of the row's where the metric wants them.</summary>
    /// <param name="query">The query's components.</param>
    /// <param name="row">The row's.</param>
    /// <param name="at">Which, in floats from both. A constant to the compiler.</param>
    /// <param name="sum">The sums of the operator's steps.</param>
    /// <param name="squares">The sums of squares.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void Take<TOperator>(float* query, float* row, nint at, ref TSelf sum, ref TSelf squares)
        where TOperator : struct, IMetricOperator
    {
        TSelf components = TSelf.Load(row + at);
        TOperator.Step(TSelf.Load(query + at), components, ref sum);
        if (TOperator.NeedsRowSquares)
        {
            TSelf.AddProduct(components, components, ref squares);
        }
    }

    /// <summary>Takes sixteen components of two queries and of three rows into the sums of their six pairs.</summary>
    /// <param name="a">The components of the first query.</param>
    /// <param name="b">Those of the second.</param>
    /// <param name="row0">Those of the first row.</param>
    /// <param name="row1">Those of the second.</param>
    /// <param name="row2">Those of the third.</param>
    /// <param name="at">Which, in floats from each of them.</param>
    /// <param name="beyond">How many floats further. A constant to the compiler, which goes into the addresses.</param>
    /// <param name="a0">The sums of the first query with the first row.</param>
    /// <param name="a1">With the second.</param>
    /// <param name="a2">With the third.</param>
    /// <param name="b0">The sums of the second query with the first row.</param>
    /// <param name="b1">With the second.</param>
    /// <param name="b2">With the third.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void TakeSix<TOperator>(
        float* a, float* b, float* row0, float* row1, float* row2, nint at, nint beyond, ref TSelf a0, ref TSelf a1, ref TSelf a2, ref TSelf b0, ref TSelf b1, ref TSelf b2)
        where TOperator : struct, IMetricOperator =>
        TileSums.Step<TSelf, TOperator>(a, b, row0, row1, row2, at, beyond, ref a0, ref a1, ref a2, ref b0, ref b1, ref b2);
}

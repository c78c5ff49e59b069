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
}

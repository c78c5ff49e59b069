using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics.Lanes;

namespace IqdbFlat.Engine.Metrics.Operators;

/// <summary>
/// What one metric does with the components of some lanes, and with the sum in the end. Knows nothing of how many rows or queries are in flight:
/// that is the driver's.
/// </summary>
internal interface IMetricOperator
{
    /// <summary>Whether <see cref="Finish"/> wants dot(row, row). A constant to the compiler: drivers leave the work out.</summary>
    static abstract bool NeedsRowSquares { get; }

    /// <summary>Whether <see cref="Finish"/> wants dot(query, query).</summary>
    static abstract bool NeedsQuerySquares { get; }

    /// <summary>Takes a component a lane into the lanes' sums.</summary>
    static abstract void Step<TPart>(TPart query, TPart row, ref TPart sum)
        where TPart : struct, IComponents<TPart>;

    /// <summary>Four distances from four sums; NaN of any kind is left to the driver.</summary>
    /// <param name="sums">The folded sums of <see cref="Step{TPart}"/>.</param>
    /// <param name="querySquares">dot(query, query) where <see cref="NeedsQuerySquares"/>.</param>
    /// <param name="rowSquares">dot(row, row) where <see cref="NeedsRowSquares"/>.</param>
    static abstract Vector128<float> Finish(Vector128<float> sums, Vector128<float> querySquares, Vector128<float> rowSquares);
}

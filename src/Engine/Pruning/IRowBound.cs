using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Pruning;

/// <summary>The test of one query's rows against a limit, four rows at once, in double: no intermediate of it leaves the range.</summary>
internal interface IRowBound
{
    /// <summary>Whether norms are integers (sums of squared codes) or floats.</summary>
    static abstract bool HasIntegerNorms { get; }

    /// <summary>
    /// Above zero only where the canonical distance of the row is proven to be above the distance that <paramref name="limit"/> was made
    /// from (<see cref="QueryCode.LimitOf(float)"/>). NaN where nothing is known.
    /// </summary>
    Vector256<double> Excess(Vector256<double> dots, Vector256<double> scales, Vector256<double> norms, Vector256<double> residuals, Vector256<double> limit);
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Pruning;

/// <summary>What q~ x~ and all that the residuals and the kernel may add to it lack of the product that is asked for.</summary>
/// <param name="scale">The query's scale.</param>
/// <param name="residualFactor">Times the row's residual.</param>
/// <param name="normFactor">Times the norm of the row's codes.</param>
internal readonly struct ProductBound(double scale, double residualFactor, double normFactor) : IRowBound
{
    private readonly double _scale = scale;
    private readonly double _residualFactor = residualFactor;
    private readonly double _normFactor = normFactor;

    public static bool HasIntegerNorms => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Excess(
        Vector256<double> dots, Vector256<double> scales, Vector256<double> norms, Vector256<double> residuals, Vector256<double> limit) =>
        -((dots * _scale * scales) + (residuals * _residualFactor) + (norms * _normFactor) + limit);
}

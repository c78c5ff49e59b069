using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Pruning;

/// <summary>|q~ - x~|^2 - (limit + residual of the row)^2, where the limit has the query's own residual in it.</summary>
/// <param name="squares">No more than |q~|^2.</param>
/// <param name="scale">The query's scale.</param>
internal readonly struct DistanceBound(double squares, double scale) : IRowBound
{
    /// <summary>Less than 1 by 2^-45: more than the dozen roundings below can add, in units of the squared norms.</summary>
    public const double Inwards = 1 - (1.0 / (1L << 45));

    private readonly double _squares = squares;
    private readonly double _twiceScale = 2 * scale;

    public static bool HasIntegerNorms => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Excess(
        Vector256<double> dots, Vector256<double> scales, Vector256<double> norms, Vector256<double> residuals, Vector256<double> limit)
    {
        var apart = Vector256.Create(_squares) + (scales * ((scales * Inwards * norms) - (dots * _twiceScale)));
        var reach = limit + residuals;
        return apart - (reach * reach);
    }
}

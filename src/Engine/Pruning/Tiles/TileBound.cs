using System.Runtime.InteropServices;

namespace IqdbFlat.Engine.Pruning.Tiles;

/// <summary>
/// The test of one query's rows against a limit, as a sum of products of what is the query's and what is the row's (<see cref="TileTerms"/>), in single precision:
/// constant + square * row's square + residual * row's residual + dots * row's scale * product of codes. Above zero only where the row is proven to be out.
/// </summary>
/// <remarks>docs/PRUNING.md, section 6, has the proof. A constant that is no number leaves every row in.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct TileBound(float Constant, float Square, float Residual, float Dots)
{
    /// <summary>More than the roundings of the test can add, by the sum of the magnitudes of what it adds up: proven 2^-20.</summary>
    public const double Slack = 1.0 / (1 << 19);

    // More than what is lost below the normal range of floats.
    private const double Underflow = 7.1746481373430634e-43; // 2^-140

    /// <summary>Squares above this leave a row in, so that no sum of them leaves the range of floats.</summary>
    public const double MostSquare = 1.329227995784916e36; // 2^120

    /// <summary>Leaves every row in.</summary>
    public static TileBound None => new(float.NaN, 0, 0, 0);

    /// <summary>That of <see cref="DistanceBound"/>.</summary>
    /// <param name="squares">|q~|^2.</param>
    /// <param name="scale">The query's scale.</param>
    /// <param name="limit">The limit with the query's own residual.</param>
    public static TileBound Distance(double squares, double scale, double limit)
    {
        double constant = (squares * (1 - Slack)) - (limit * limit * (1 + Slack)) - Underflow;
        return squares <= MostSquare ? new((float)constant, 1, (float)(-2 * limit), (float)(-2 * scale)) : None;
    }

    /// <summary>That of <see cref="ProductBound"/>.</summary>
    /// <param name="length">|q~|.</param>
    /// <param name="scale">The query's scale.</param>
    /// <param name="residualFactor">Times the row's residual.</param>
    /// <param name="normFactor">Times the norm of the row's codes.</param>
    /// <param name="limit">The limit.</param>
    public static TileBound Product(double length, double scale, double residualFactor, double normFactor, double limit) => new(
        (float)(-limit - (Math.Abs(limit) * Slack) - Underflow),
        (float)-((normFactor * (1 + Slack)) + (length * Slack)),
        (float)(-residualFactor * (1 + Slack)),
        (float)-scale);
}

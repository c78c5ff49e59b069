using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Pruning;

/// <summary>
/// What a query's codes leave out of it, coded like the query: with both the query's own residual is a hundred times smaller, at the cost of a second
/// product for each row. For the few rows that the first one leaves.
/// </summary>
internal sealed unsafe class QueryRest
{
    // What the norm of the rest may be off, and what its rounding to floats leaves out: proven 2^-23 with some to spare.
    private const double ToFloats = 1.0 / (1 << 20);
    private const double FloatUnderflow = 2.8025969286496341e-45; // 2^-148
    private const double NormRounding = 1.0 / (1L << 34);
    private const double SquaresRounding = 1.0 / (1L << 44);

    private readonly QueryCodes _codes;

    /// <summary>Codes the rest.</summary>
    /// <param name="query">The query.</param>
    /// <param name="layout">The layout of rows that it is for.</param>
    /// <param name="codes">The query's codes.</param>
    /// <param name="scale">Their scale.</param>
    /// <param name="length">The query's norm, which is 1 for what is coded of it for <see cref="BoundForm.Angle"/>.</param>
    public QueryRest(PreparedQuery query, CodeLayout layout, QueryCodes codes, double scale, double length)
    {
        _codes = new QueryCodes(layout.Stride);
        Residual = double.PositiveInfinity;
        bool isAngle = layout.Form == BoundForm.Angle;
        double unit = isAngle ? 1 / length : 1;
        if (!(scale > 0) || !double.IsFinite(unit))
            return;
        double step = isAngle ? scale * length : scale;
        var components = query.Padded;
        var coded = codes.Alone;
        float[] rest = new float[query.Stride];
        for (int j = 0; j < rest.Length; j++)
            rest[j] = (float)(components[j] - (step * coded[j]));
        RowTerms terms;
        double restLength;
        fixed (float* start = rest)
        {
            terms = _codes.Encode(BoundForm.Distance, start, query.Stride);
            restLength = Math.Sqrt(RowEncoder.Squares(start, query.Stride));
        }

        double ownScale = terms.Scale * unit;
        Ratio = ownScale / scale;
        Residual = ((terms.Residual + (restLength * ToFloats) + (query.Stride * FloatUnderflow)) * unit * KernelRounding.Outwards) + (isAngle ? NormRounding : 0);
        var (coarse, both, fine) = Products(coded, _codes.Alone);
        double most = (scale * Math.Sqrt(coarse)) + (ownScale * Math.Sqrt(fine));
        Squares = (scale * scale * coarse) + (2 * scale * ownScale * both) + (ownScale * ownScale * fine) - (SquaresRounding * most * most);
    }

    /// <summary>The codes, with what is behind them (<see cref="QueryCodes.WithSum"/>).</summary>
    public ReadOnlySpan<sbyte> Codes => _codes.WithSum;

    /// <summary>The scale of the codes by that of the query's.</summary>
    public double Ratio { get; }

    /// <summary>No less than the norm of what is left of the query without both; infinite where there is no bound.</summary>
    public double Residual { get; }

    /// <summary>No more than the square of the norm of what both stand for, by as much as the roundings of <see cref="DistanceBound"/> can add.</summary>
    public double Squares { get; }

    private static (long Coarse, long Both, long Fine) Products(ReadOnlySpan<sbyte> codes, ReadOnlySpan<sbyte> own)
    {
        long coarse = 0, both = 0, fine = 0;
        for (int j = 0; j < codes.Length; j++)
        {
            coarse += codes[j] * codes[j];
            both += codes[j] * own[j];
            fine += own[j] * own[j];
        }

        return (coarse, both, fine);
    }
}

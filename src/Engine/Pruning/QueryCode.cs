using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Pruning.Centres;

namespace IqdbFlat.Engine.Pruning;

/// <summary>A query coded like a row, by smaller codes, with what its metric's bound needs of it.</summary>
internal sealed unsafe class QueryCode
{
    private readonly Metric _metric;
    private readonly BoundForm _form;
    private readonly KernelRounding _rounding;
    private readonly QueryCodes _codes;
    private readonly double _residual;
    private readonly double _kernelNorm;

    /// <summary>Codes a query for rows of a layout that has codes.</summary>
    public QueryCode(PreparedQuery query, CodeLayout layout)
        : this(query, layout, new KernelRounding(query.Stride))
    {
    }

    /// <summary>The same with another idea of the kernel's rounding, for tests that show what breaks without it.</summary>
    public QueryCode(PreparedQuery query, CodeLayout layout, KernelRounding rounding)
    {
        _metric = query.Metric;
        _form = layout.Form;
        _rounding = rounding;
        _codes = new QueryCodes(layout.Stride);
        RowTerms terms;
        double norm;
        double length;
        fixed (float* components = query.Padded)
        {
            terms = _codes.Encode(layout.Form, components, query.Stride);
            length = Math.Sqrt(RowEncoder.Squares(components, query.Stride));
        }

        norm = length * KernelRounding.Outwards;
        _kernelNorm = (rounding.Gamma + (1.0 / (1L << 40))) * norm;
        ResidualFactor = (norm + _kernelNorm) * KernelRounding.Outwards;
        double scale = terms.Scale;
        _residual = terms.Residual;
        Distance = new DistanceBound(scale * scale * terms.Norm * DistanceBound.Inwards, scale);
        Product = new ProductBound(scale, ResidualFactor, NormFactorOf(_residual));
        IsBounded = double.IsFinite(_residual);
        Rest = new QueryRest(query, layout, _codes, scale, length);
        FineDistance = new DistanceBound(Rest.Squares, scale);
        FineProduct = new ProductBound(scale, ResidualFactor, NormFactorOf(Rest.Residual));
    }

    /// <summary>Whether the query can prune at all: its norm is inside what the bound is proven for.</summary>
    public bool IsBounded { get; }

    /// <summary>The codes, with what is behind them (<see cref="QueryCodes.WithSum"/>).</summary>
    public ReadOnlySpan<sbyte> Codes => _codes.WithSum;

    /// <summary>The bound of <see cref="BoundForm.Distance"/> and <see cref="BoundForm.Angle"/>.</summary>
    public DistanceBound Distance { get; }

    /// <summary>The bound of <see cref="BoundForm.Product"/>.</summary>
    public ProductBound Product { get; }

    /// <summary>For the dot product: what a row's residual is multiplied by.</summary>
    public double ResidualFactor { get; }

    /// <summary>What the codes leave out of the query, coded in turn.</summary>
    public QueryRest Rest { get; }

    /// <summary><see cref="Distance"/> for products with the rest added.</summary>
    public DistanceBound FineDistance { get; }

    /// <summary><see cref="Product"/> for products with the rest added.</summary>
    public ProductBound FineProduct { get; }

    /// <summary>How far the query, which must be the one that was coded, is from centres.</summary>
    public CentreLimits LimitsOf(PreparedQuery query, CentrePoints points) => new(points, query, _form, _rounding);

    /// <summary>
    /// The limit that stands for a distance: a row whose canonical distance is at most <paramref name="distance"/> has no excess over it. Infinite
    /// or NaN, so that nothing is pruned, where the distance is.
    /// </summary>
    public double LimitOf(float distance) => LimitOf(distance, _residual);

    /// <summary>The same for products with the rest added.</summary>
    public double FineLimitOf(float distance) => LimitOf(distance, Rest.Residual);

    /// <summary>The same for another code of the query, with a residual of its own.</summary>
    public double LimitOf(float distance, double residual) => _metric == Metric.DotProduct ? CentreLimitOf(distance) : CentreLimitOf(distance) + residual;

    /// <summary>For the dot product: what the norm of a row's codes is multiplied by, where a code of the query has such a residual.</summary>
    public double NormFactorOf(double residual) => (residual + _kernelNorm) * KernelRounding.Outwards;

    /// <summary>
    /// The limit for <see cref="CentreLimits"/>, which measure the query itself and not its codes: how far a row can be whose canonical distance is at most
    /// <paramref name="distance"/> (for cosine, of directions). For the dot product it is the same as for codes.
    /// </summary>
    public double CentreLimitOf(float distance)
    {
        double value = distance;
        return _metric switch
        {
            Metric.Euclidean => Reach(((value * value) + _rounding.Underflow) * _rounding.Root),
            Metric.SquaredEuclidean => Reach((value + _rounding.Underflow) * _rounding.SquaredDifferences),
            Metric.Cosine => Reach(2 * (value + _rounding.Cosine)),
            _ => value + (Math.Abs(value) / (1L << 48)) + _rounding.Underflow,
        };
    }

    // A negative square stands for no distance there is: 0 is above it. NaN stays NaN.
    private static double Reach(double square) => Math.Sqrt(Math.Max(square, 0)) * KernelRounding.Outwards;
}

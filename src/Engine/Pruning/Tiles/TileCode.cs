using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Pruning.Tiles;

/// <summary>A query coded for a tile, more coarsely than for itself: the rows that this leaves get a closer look.</summary>
internal sealed class TileCode
{
    private readonly QueryCode _query;
    private readonly bool _isProduct;
    private readonly QueryCodes _codes;
    private readonly double _scale;
    private readonly double _squares;
    private readonly double _residual;

    /// <summary>Codes a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="layout">The layout of rows that it is for.</param>
    /// <param name="code">The query's own code.</param>
    /// <param name="depth">How finely.</param>
    public unsafe TileCode(PreparedQuery query, CodeLayout layout, QueryCode code, TileDepth depth)
    {
        _query = code;
        _isProduct = layout.Form == BoundForm.Product;
        _codes = new QueryCodes(layout.Stride);
        RowTerms terms;
        fixed (float* components = query.Padded)
            terms = _codes.Encode(layout.Form, components, query.Stride, MostCode(depth));
        Depth = depth;
        _scale = terms.Scale;
        _residual = terms.Residual;
        long squares = 0;
        foreach (sbyte one in Codes)
            squares += one * one;
        _squares = _scale * _scale * squares;
    }

    /// <summary>How finely it is coded.</summary>
    public TileDepth Depth { get; }

    /// <summary>The codes.</summary>
    public ReadOnlySpan<sbyte> Codes => _codes.Alone;

    /// <summary>What is to be taken off their products with unsigned codes.</summary>
    public int Added => _codes.Added;

    /// <summary>The largest code of a depth.</summary>
    public static int MostCode(TileDepth depth) => depth == TileDepth.SixBits ? 31 : QueryCodes.MostCode;

    /// <summary>The test that leaves every row in whose canonical distance is at most <paramref name="distance"/>.</summary>
    public TileBound BoundOf(float distance)
    {
        // Without a scale the products of floats could leave their normal range; such a query is next to 0.
        if (!(_scale > 0) || !double.IsFinite(_residual))
            return TileBound.None;
        double limit = _query.LimitOf(distance, _residual);
        return _isProduct
            ? TileBound.Product(Math.Sqrt(_squares), _scale, _query.ResidualFactor, _query.NormFactorOf(_residual), limit)
            : TileBound.Distance(_squares, _scale, limit);
    }
}

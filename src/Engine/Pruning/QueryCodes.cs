using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Pruning;

/// <summary>Codes by which those of every row are multiplied, with their absolute values behind them, from the begin of a cache line on.</summary>
internal sealed unsafe class QueryCodes
{
    private readonly sbyte[] _codes;
    private readonly int _first;
    private readonly int _stride;

    /// <summary>Codes of zeros.</summary>
    /// <param name="stride">How many.</param>
    public QueryCodes(int stride)
    {
        _codes = new sbyte[(2 * stride) + LineStart.Beyond<sbyte>()];
        _first = LineStart.Of(_codes);
        _stride = stride;
    }

    /// <summary>The codes, and their absolute values behind them.</summary>
    public ReadOnlySpan<sbyte> Both => _codes.AsSpan(_first, 2 * _stride);

    /// <summary>The codes alone.</summary>
    public ReadOnlySpan<sbyte> Signed => _codes.AsSpan(_first, _stride);

    /// <summary>Codes components.</summary>
    /// <param name="form">The bound that they are for.</param>
    /// <param name="components">The components, padded with zeros to a multiple of 16.</param>
    /// <param name="count">How many, padding included.</param>
    /// <param name="mostCode">The largest code.</param>
    public RowTerms Encode(BoundForm form, float* components, int count, int mostCode = RowEncoder.MostCode)
    {
        fixed (sbyte* codes = &_codes[_first])
        {
            var terms = RowEncoder.Encode(form, components, count, codes, _stride, mostCode);
            for (int j = 0; j < _stride; j++)
                codes[_stride + j] = Math.Abs(codes[j]);
            return terms;
        }
    }
}

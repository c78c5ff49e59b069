using System.Runtime.InteropServices;
using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Pruning;

/// <summary>Codes by which those of every row are multiplied, from the begin of a cache line on, and behind them what unsigned codes of rows add to each product.</summary>
internal sealed unsafe class QueryCodes
{
    /// <summary>
    /// The largest code of a query. A row's codes plus <see cref="Above"/> are unsigned; two of their products with a query's are at most 2 * 255 * 63 = 32,130 together, which fits 16 bits.
    /// </summary>
    public const int MostCode = 63;

    /// <summary>What is added to a row's codes, so that they are unsigned.</summary>
    public const int Above = 128;

    private readonly sbyte[] _codes;
    private readonly int _first;
    private readonly int _stride;

    /// <summary>Codes of zeros.</summary>
    /// <param name="stride">How many.</param>
    public QueryCodes(int stride)
    {
        _codes = new sbyte[stride + sizeof(int) + LineStart.Beyond<sbyte>()];
        _first = LineStart.Of(_codes);
        _stride = stride;
    }

    /// <summary>The codes, and behind them an integer: <see cref="Above"/> times their sum.</summary>
    public ReadOnlySpan<sbyte> WithSum => _codes.AsSpan(_first, _stride + sizeof(int));

    /// <summary>The codes alone.</summary>
    public ReadOnlySpan<sbyte> Alone => _codes.AsSpan(_first, _stride);

    /// <summary>What <see cref="Above"/> adds to each product: so many times their sum.</summary>
    public int Added => MemoryMarshal.Read<int>(MemoryMarshal.AsBytes(WithSum[_stride..]));

    /// <summary>Codes components.</summary>
    /// <param name="form">The bound that they are for.</param>
    /// <param name="components">The components, padded with zeros to a multiple of 16.</param>
    /// <param name="count">How many, padding included.</param>
    /// <param name="mostCode">The largest code.</param>
    public RowTerms Encode(BoundForm form, float* components, int count, int mostCode = MostCode)
    {
        fixed (sbyte* codes = &_codes[_first])
        {
            var terms = RowEncoder.Encode(form, components, count, codes, _stride, mostCode);
            int sum = 0;
            for (int j = 0; j < _stride; j++)
                sum += codes[j];
            *(int*)(codes + _stride) = Above * sum;
            return terms;
        }
    }
}

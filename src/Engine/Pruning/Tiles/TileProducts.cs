using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IqdbFlat.Engine.Pruning.Tiles;

/// <summary>The one loop of a tile: the codes of two queries by those of sixteen rows, and the test of the 32 pairs.</summary>
/// <remarks>
/// Unsigned by signed bytes, two products to a sum of 16 bits and some of these to one of 32 (<see cref="IShortSums"/>). What bounds it is the multiplications, of which the processor
/// does two a cycle: six for 128 components of a pair at six bits. Two queries by two registers of rows are four sums of 32 bits and four of 16, which fit sixteen registers.
/// </remarks>
internal static unsafe class TileProducts
{
    /// <summary>Queries at once.</summary>
    public const int Queries = 2;

    /// <summary>Rows at once.</summary>
    public const int Rows = 2 * TileRows.Rows;

    private const int Step = 4;
    private const int Steps = 4;
    private const int Register = 32;

    /// <summary>Writes a bit for each row, sixteen for each of the two queries: set where it is proven to be out.</summary>
    /// <param name="left">The codes of the first query, those of the second behind them.</param>
    /// <param name="rows">Eight rows side by side, and eight others behind them.</param>
    /// <param name="stride">Bytes of a row, a multiple of 64.</param>
    /// <param name="terms">The rows' terms, from the first of them on.</param>
    /// <param name="bounds">The tests of the two queries.</param>
    /// <param name="sums">What <see cref="QueryCodes.Above"/> adds to the products of each query.</param>
    /// <param name="outs">Takes the bits of the first query.</param>
    /// <param name="apart">Bytes from its bits to those of the second.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSums>(sbyte* left, byte* rows, nint stride, TileTerms terms, TileBound* bounds, int* sums, byte* outs, nint apart)
        where TSums : struct, IShortSums
    {
        Vector256<int> left0 = default, left1 = default, right0 = default, right1 = default;
        byte* rows1 = rows + (stride * TileRows.Rows);
        sbyte* right = left + stride;
        for (sbyte* end = right; left < end; left += Steps * Step, right += Steps * Step, rows += Steps * Register, rows1 += Steps * Register)
        {
            var query0 = Four(left);
            var query1 = Four(left + Step);
            var query2 = Four(left + (2 * Step));
            var query3 = Four(left + (3 * Step));
            left0 = TSums.Add(left0, Two(rows, query0), Two(rows + Register, query1), Two(rows + (2 * Register), query2), Two(rows + (3 * Register), query3));
            left1 = TSums.Add(left1, Two(rows1, query0), Two(rows1 + Register, query1), Two(rows1 + (2 * Register), query2), Two(rows1 + (3 * Register), query3));
            query0 = Four(right);
            query1 = Four(right + Step);
            query2 = Four(right + (2 * Step));
            query3 = Four(right + (3 * Step));
            right0 = TSums.Add(right0, Two(rows, query0), Two(rows + Register, query1), Two(rows + (2 * Register), query2), Two(rows + (3 * Register), query3));
            right1 = TSums.Add(right1, Two(rows1, query0), Two(rows1 + Register, query1), Two(rows1 + (2 * Register), query2), Two(rows1 + (3 * Register), query3));
        }

        outs[0] = Out(left0, terms, bounds[0], sums[0]);
        outs[1] = Out(left1, terms.From(TileRows.Rows), bounds[0], sums[0]);
        outs[apart] = Out(right0, terms, bounds[1], sums[1]);
        outs[apart + 1] = Out(right1, terms.From(TileRows.Rows), bounds[1], sums[1]);
    }

    /// <summary>Four components of a query, for each of eight rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Four(sbyte* codes) => Vector256.Create(*(int*)codes).AsSByte();

    /// <summary>Products of four components of eight rows, two to a sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Two(byte* rows, Vector256<sbyte> query) => Avx2.MultiplyAddAdjacent(Vector256.Load(rows), query);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Out(Vector256<int> products, TileTerms terms, in TileBound bound, int above)
    {
        var dots = Avx.ConvertToVector256Single(products - Vector256.Create(above)) * Vector256.Load(terms.Scales);
        var excess = Fma.MultiplyAdd(Vector256.Create(bound.Square), Vector256.Load(terms.Squares), Vector256.Create(bound.Constant));
        excess = Fma.MultiplyAdd(Vector256.Create(bound.Residual), Vector256.Load(terms.Residuals), excess);
        excess = Fma.MultiplyAdd(Vector256.Create(bound.Dots), dots, excess);
        return (byte)Vector256.GreaterThan(excess, Vector256<float>.Zero).ExtractMostSignificantBits();
    }
}

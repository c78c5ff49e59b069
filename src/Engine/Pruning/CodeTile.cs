using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Pruning;

/// <summary>
/// The codes of a block of rows against those of many queries: the same integers, and so the same rows out, as <see cref="BlockBound"/> gives for
/// each query by itself. Keeps its buffers, so one serves one thread.
/// </summary>
/// <remarks>
/// Codes are widened to 16 bits, the rows' once for all queries: then a product of sixteen components is one instruction without a sign to move, and
/// two queries meet four rows at a time, whose eight sums stay in registers. Rows' terms are brought to double once for all queries too.
/// </remarks>
internal sealed unsafe class CodeTile
{
    private const int MostRows = 64;
    private const int RowsAtOnce = 4;
    private const int Terms = 3;

    private readonly CodeLayout _layout;
    private readonly SegmentMemory _memory;
    private readonly QueryCode?[] _queries;

    /// <summary>Room for so many queries over blocks of a layout that has codes.</summary>
    public CodeTile(CodeLayout layout, int mostQueries)
    {
        _layout = layout;
        _queries = new QueryCode?[mostQueries + (mostQueries & 1)];
        _memory = new SegmentMemory(
            ((_queries.Length + MostRows) * (long)layout.Stride * sizeof(short)) + (Terms * MostRows * sizeof(double)) + (_queries.Length * MostRows * sizeof(int)));
    }

    /// <summary>Whether this processor can run it.</summary>
    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>How codes lie.</summary>
    public CodeLayout Layout => _layout;

    private short* Queries => (short*)_memory.Rows;

    private short* Rows => Queries + (_queries.Length * (long)_layout.Stride);

    private double* Scales => (double*)(Rows + (MostRows * (long)_layout.Stride));

    private int* Dots => (int*)(Scales + (Terms * MostRows));

    /// <summary>Takes queries in place of those before; a query that is null has nothing to ask.</summary>
    public void Take(ReadOnlySpan<QueryCode?> queries)
    {
        _queries.AsSpan().Clear();
        queries.CopyTo(_queries);
        for (int i = 0; i < queries.Length; i++)
        {
            if (queries[i] is not { } query)
                continue;
            fixed (sbyte* codes = query.Codes)
                Widen(codes, Queries + (i * (long)_layout.Stride), _layout.Stride);
        }

        GC.KeepAlive(this);
    }

    /// <summary>Takes a block: all products of its rows with the queries.</summary>
    /// <param name="block">Where it begins.</param>
    /// <param name="queries">How many of the queries, from the first on.</param>
    public void TakeBlock(byte* block, int queries)
    {
        int rows = _layout.BlockRows;
        Widen((sbyte*)block + _layout.TermBytes, Rows, rows * _layout.Stride);
        float* terms = (float*)block;
        bool hasIntegerNorms = _layout.Form != BoundForm.Product;
        for (int at = 0; at < rows; at += RowsAtOnce)
        {
            Avx.ConvertToVector256Double(Vector128.Load(terms + at)).Store(Scales + at);
            float* norms = terms + rows + at;
            (hasIntegerNorms ? Avx.ConvertToVector256Double(Vector128.Load((int*)norms)) : Avx.ConvertToVector256Double(Vector128.Load(norms))).Store(Scales + MostRows + at);
            Avx.ConvertToVector256Double(Vector128.Load(norms + rows)).Store(Scales + (2 * MostRows) + at);
        }

        for (int row = 0; row < rows; row += RowsAtOnce)
            FourRows(row, queries);
        GC.KeepAlive(this);
    }

    /// <summary>A bit for each row of the block: set where it is proven to be out for a query.</summary>
    public ulong Out(int query, double limit) => _layout.Form == BoundForm.Product
        ? Out(_queries[query]!.Product, query, limit)
        : Out(_queries[query]!.Distance, query, limit);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ulong Out<TBound>(TBound bound, int query, double limit)
        where TBound : struct, IRowBound
    {
        var limits = Vector256.Create(limit);
        double* scales = Scales;
        int* dots = Dots + (query * MostRows);
        int rows = _layout.BlockRows;
        ulong result = 0;
        for (int at = 0; at < rows; at += RowsAtOnce)
        {
            var excess = bound.Excess(
                Avx.ConvertToVector256Double(Vector128.Load(dots + at)),
                Vector256.Load(scales + at),
                Vector256.Load(scales + MostRows + at),
                Vector256.Load(scales + (2 * MostRows) + at),
                limits);
            result |= (ulong)Vector256.GreaterThan(excess, Vector256<double>.Zero).ExtractMostSignificantBits() << at;
        }

        GC.KeepAlive(this);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FourRows(int row, int queries)
    {
        nint stride = _layout.Stride;
        short* row0 = Rows + (row * stride);
        short* row1 = row0 + stride;
        short* row2 = row1 + stride;
        short* row3 = row2 + stride;
        for (int query = 0; query < queries; query += 2)
        {
            short* a = Queries + (query * stride);
            short* b = a + stride;
            Vector256<int> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
            for (nint at = 0; at < stride; at += Vector256<short>.Count)
            {
                var left = Vector256.Load(a + at);
                var right = Vector256.Load(b + at);
                var codes = Vector256.Load(row0 + at);
                a0 += Avx2.MultiplyAddAdjacent(left, codes);
                b0 += Avx2.MultiplyAddAdjacent(right, codes);
                codes = Vector256.Load(row1 + at);
                a1 += Avx2.MultiplyAddAdjacent(left, codes);
                b1 += Avx2.MultiplyAddAdjacent(right, codes);
                codes = Vector256.Load(row2 + at);
                a2 += Avx2.MultiplyAddAdjacent(left, codes);
                b2 += Avx2.MultiplyAddAdjacent(right, codes);
                codes = Vector256.Load(row3 + at);
                a3 += Avx2.MultiplyAddAdjacent(left, codes);
                b3 += Avx2.MultiplyAddAdjacent(right, codes);
            }

            int* dots = Dots + (query * MostRows) + row;
            Sums(a0, a1, a2, a3).Store(dots);
            Sums(b0, b1, b2, b3).Store(dots + MostRows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Sums(Vector256<int> row0, Vector256<int> row1, Vector256<int> row2, Vector256<int> row3)
    {
        var halves = Avx2.HorizontalAdd(Avx2.HorizontalAdd(row0, row1), Avx2.HorizontalAdd(row2, row3));
        return halves.GetLower() + halves.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(sbyte* codes, short* wide, int count)
    {
        for (int at = 0; at < count; at += Vector256<short>.Count)
            Avx2.ConvertToVector256Int16(Vector128.Load(codes + at)).Store(wide + at);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics.Lanes;
using IqdbFlat.Engine.Metrics.Operators;

namespace IqdbFlat.Engine.Metrics;

/// <summary>A tile of queries by many rows: the distance of each pair, with the bits that the query alone gives.</summary>
/// <remarks>
/// <para>A single query waits for memory. A tile takes a row that has come for all its queries, so it waits for the arithmetic, which
/// <see cref="TileSums"/> does for two queries by three rows at a time. It leaves four numbers of each pair. Those of a strip of rows are kept and then brought
/// to an end, four pairs side by side: right behind the components the end would wait for the last of them, and the next components behind it.</para>
/// <para>Where rows or queries do not come out even, the last ones are measured once more along with those before them: the same bits again cost less than
/// pairs by themselves.</para>
/// <para>Two queries are not enough to use up a row in the first-level cache: as many take part in a group as fit there. Long vectors go by blocks
/// of <see cref="BlockFloats"/> components, with the sums kept between blocks, so that three rows and the group's queries fit as well. While the
/// first group is at some rows, it asks for the next ones: their lines are there when they are wanted.</para>
/// </remarks>
internal readonly unsafe struct TileKernel(
    float* queries, float* querySquares, int queryCount, float* rows, int stride, int rowCount, float* distances, int pitch) : IKernel
{
    /// <summary>Components of a block: of three rows, 6 KiB.</summary>
    private const int BlockFloats = 512;

    /// <summary>Floats of the queries of a group: 16 KiB, half of a small first-level cache.</summary>
    private const int GroupFloats = 4_096;
    private const int MostOfGroup = 32;

    /// <summary>Rows of a strip: what comes out even by threes and by fours.</summary>
    private const int StripRows = 12;

    /// <summary>Floats that are kept of two queries and a strip.</summary>
    private const int StripFloats = StripRows * TileSums.Fours;

    /// <summary>Pairs that are brought to an end at once.</summary>
    private const int AtOnce = 4;
    private const int Line = CacheLine.Bytes / sizeof(float);

    private readonly float* _queries = queries;
    private readonly float* _querySquares = querySquares;
    private readonly int _queryCount = queryCount;
    private readonly float* _rows = rows;
    private readonly nint _stride = stride;
    private readonly int _rowCount = rowCount;
    private readonly float* _distances = distances;
    private readonly nint _pitch = pitch;

    [SkipLocalsInit]
    public void Run<TLanes, TOperator>()
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        if (_queryCount < TileSums.Queries || _rowCount < AtOnce)
        {
            for (int query = 0; query < _queryCount; query++)
                Single<TLanes, TOperator>(query);
            return;
        }

        int group = Math.Clamp(GroupFloats / (int)Math.Min(_stride, BlockFloats) & -TileSums.Queries, TileSums.Queries, MostOfGroup);
        float* fours = stackalloc float[MostOfGroup / TileSums.Queries * StripFloats];
        float* sums = stackalloc float[MostOfGroup / TileSums.Queries * TileSums.Floats];
        float* squares = stackalloc float[StripRows + AtOnce - TileSums.Rows];
        for (int first = 0; first < _queryCount; first += group)
        {
            // The last query of an odd number is measured with the one before it, and rows that are fewer than four with those before them.
            int from = Math.Min(first, _queryCount - TileSums.Queries);
            int end = Math.Min(first + group, _queryCount);
            for (int strip = 0; strip < _rowCount; strip += StripRows)
            {
                int top = Math.Min(strip, _rowCount - AtOnce);
                int rows = Math.Min(strip + StripRows, _rowCount) - top;
                Sums<TLanes, TOperator>(from, end, top, rows, fours, sums, squares);
                Finish<TOperator>(from, end, top, rows, fours, squares);
            }
        }
    }

    private void Single<TLanes, TOperator>(int query)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        RowsKernel kernel = new(_queries + (query * _stride), _querySquares[query], _rows, (int)_stride, (int)_stride, _rowCount, _distances + (query * _pitch));
        kernel.Run<TLanes, TOperator>();
    }

    /// <summary>From the components of a group's queries and a strip's rows to four numbers a pair, and to the squares of the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sums<TLanes, TOperator>(int firstQuery, int endQuery, int top, int rows, float* fours, float* sums, float* squares)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        nint stride = _stride;
        float* queries = _queries + (firstQuery * stride);
        int count = endQuery - firstQuery;
        for (int next = 0; next < rows; next += TileSums.Rows)
        {
            int row = Math.Min(next, rows - TileSums.Rows);
            float* three = _rows + ((top + row) * stride);
            if (TOperator.NeedsRowSquares)
                SquaresOfThree<TLanes>(three, stride).Store(squares + row);
            int lines = firstQuery == 0 ? (int)(TileSums.Rows * stride / Line) : 0;
            if (stride <= BlockFloats)
                Whole<TLanes, TOperator>(queries, count, three, stride, fours + (row * TileSums.Fours), lines);
            else
                Blocks<TLanes, TOperator>(queries, count, three, stride, fours + (row * TileSums.Fours), sums, lines);
        }
    }

    /// <summary>Three rows of a single block by all queries of a group. Asks for so many lines behind the rows, some with each pair of queries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Whole<TLanes, TOperator>(float* queries, int count, float* row0, nint stride, float* fours, int lines)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        float* row1 = row0 + stride;
        float* row2 = row1 + stride;
        float* ahead = row2 + stride;
        int share = (lines + (count / TileSums.Queries) - 1) / (count / TileSums.Queries);
        float* a = queries;
        float* b = queries + stride;
        for (int left = count; left > 0; left -= TileSums.Queries)
        {
            for (int line = 0; line < share; line++, ahead += Line)
                CacheLine.Fetch(ahead);
            TileSums.Block<TLanes, TOperator>(a, b, row0, row1, row2, stride, kept: null, begins: true, ends: true, fours);

            // Of an odd number the last query goes with the one before it.
            nint step = left == TileSums.Queries + 1 ? 1 : TileSums.Queries;
            a += step * stride;
            b += step * stride;
            fours += StripFloats;
        }
    }

    /// <summary>The same for rows of several blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks<TLanes, TOperator>(float* queries, int count, float* row0, nint stride, float* fours, float* sums, int lines)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        float* ahead = row0 + (TileSums.Rows * stride);
        int share = (lines + (count / TileSums.Queries) - 1) / (count / TileSums.Queries);
        for (nint start = 0; start < stride; start += BlockFloats)
        {
            nint length = Math.Min(BlockFloats, stride - start);
            bool ends = start + length == stride;
            float* kept = sums;
            for (int query = 0; query < count; query += TileSums.Queries)
            {
                for (int line = 0; line < share && start == 0; line++, ahead += Line)
                    CacheLine.Fetch(ahead);
                int left = Math.Min(query, count - TileSums.Queries);
                float* a = queries + (left * stride) + start;
                float* row = row0 + start;
                TileSums.Block<TLanes, TOperator>(a, a + stride, row, row + stride, row + (2 * stride), length, kept, start == 0, ends, fours + (query / TileSums.Queries * StripFloats));
                kept += TileSums.Floats;
            }
        }
    }

    /// <summary>From four numbers a pair to the distances.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish<TOperator>(int firstQuery, int endQuery, int top, int rows, float* fours, float* squares)
        where TOperator : struct, IMetricOperator
    {
        for (int next = firstQuery; next < endQuery; next += TileSums.Queries)
        {
            int query = Math.Min(next, endQuery - TileSums.Queries);
            float* distances = _distances + (query * _pitch) + top;
            float* below = distances + _pitch;
            Vector128<float> firstSquares = default;
            Vector128<float> secondSquares = default;
            if (TOperator.NeedsQuerySquares)
            {
                firstSquares = Vector128.Create(_querySquares[query]);
                secondSquares = Vector128.Create(_querySquares[query + 1]);
            }

            for (int at = 0; at < rows; at += AtOnce)
            {
                int row = Math.Min(at, rows - AtOnce);
                float* four = fours + (row * TileSums.Fours);
                var sums = LanesFold.Sums(
                    Vector256.Load(four), Vector256.Load(four + TileSums.Fours), Vector256.Load(four + (2 * TileSums.Fours)), Vector256.Load(four + (3 * TileSums.Fours)));
                var rowSquares = TOperator.NeedsRowSquares ? Vector128.Load(squares + row) : default;
                CanonicalNaN.Of(TOperator.Finish(sums.GetLower(), firstSquares, rowSquares)).Store(distances + row);
                CanonicalNaN.Of(TOperator.Finish(sums.GetUpper(), secondSquares, rowSquares)).Store(below + row);
            }

            fours += StripFloats;
        }
    }

    /// <summary>dot(row, row) of three rows: once for all queries of a group, with the bits that each would compute. That of the last comes twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> SquaresOfThree<TLanes>(float* rows, nint stride)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes last = Squares<TLanes>(rows + (2 * stride), stride);
        return LanesFold.Sums(Squares<TLanes>(rows, stride), Squares<TLanes>(rows + stride, stride), last, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Squares<TLanes>(float* row, nint stride)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum = TLanes.Zero;
        for (nint at = 0; at < stride; at += PreparedQuery.Granule)
        {
            TLanes components = TLanes.Load(row + at);
            TLanes.AddProduct(components, components, ref sum);
        }

        return sum;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IqdbFlat.Engine.Metrics.Lanes;
using IqdbFlat.Engine.Metrics.Operators;

namespace IqdbFlat.Engine.Metrics;

/// <summary>A tile of queries by many rows: the distance of each pair, with the bits that the query alone gives.</summary>
/// <remarks>
/// <para>A single query waits for memory. A tile takes a row that has come for all its queries, so it waits for the arithmetic, which
/// <see cref="TileSums"/> does for two queries by six rows at a time and <see cref="TileFold"/> brings to an end. Where rows or queries do not come
/// out even, the last ones are measured once more along with those before them: the same bits again cost less than pairs by themselves.</para>
/// <para>Two queries are not enough to use up a row in the first-level cache: as many take part in a group as fit there. Long vectors go by blocks
/// of <see cref="BlockFloats"/> components, with the sums kept between blocks, so that six rows and the group's queries fit as well. While the
/// first group is at some rows, it asks for the next ones: their lines are there when they are wanted.</para>
/// </remarks>
internal readonly unsafe struct TileKernel(
    float* queries, float* querySquares, int queryCount, float* rows, int stride, int rowCount, float* distances, int pitch) : IKernel
{
    /// <summary>Components of a block: of six rows, 12 KiB.</summary>
    private const int BlockFloats = 512;

    /// <summary>Floats of the queries of a group: 16 KiB, half of a small first-level cache.</summary>
    private const int GroupFloats = 4_096;
    private const int MostOfGroup = 32;
    private const int Line = 16;

    private readonly float* _queries = queries;
    private readonly float* _querySquares = querySquares;
    private readonly int _queryCount = queryCount;
    private readonly float* _rows = rows;
    private readonly nint _stride = stride;
    private readonly int _rowCount = rowCount;
    private readonly float* _distances = distances;
    private readonly nint _pitch = pitch;

    public void Run<TLanes, TOperator>()
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        if (typeof(TLanes) == typeof(Lanes512))
            Run<TLanes, Part512, TOperator>();
        else if (typeof(TLanes) == typeof(Lanes256))
            Run<TLanes, Part256, TOperator>();
        else if (typeof(TLanes) == typeof(Lanes128))
            Run<TLanes, Part128, TOperator>();
        else
            Run<TLanes, PartScalar, TOperator>();
    }

    private void Run<TLanes, TPart, TOperator>()
        where TLanes : struct, ILanes<TLanes>
        where TPart : struct, ILanePart<TPart>
        where TOperator : struct, IMetricOperator
    {
        if (_queryCount < TileSums.Queries || _rowCount < TileSums.Rows)
        {
            for (int query = 0; query < _queryCount; query++)
                Single<TLanes, TOperator>(query);
            return;
        }

        int group = Math.Clamp(GroupFloats / (int)Math.Min(_stride, BlockFloats) & -TileSums.Queries, TileSums.Queries, MostOfGroup);
        float* sums = stackalloc float[MostOfGroup / TileSums.Queries * TileSums.Floats];
        for (int first = 0; first < _queryCount; first += group)
        {
            int end = Math.Min(first + group, _queryCount);
            for (int row = 0; row < _rowCount; row += TileSums.Rows)
                SixRows<TLanes, TPart, TOperator>(first, end, Math.Min(row, _rowCount - TileSums.Rows), sums);
        }
    }

    private void Single<TLanes, TOperator>(int query)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        RowsKernel kernel = new(_queries + (query * _stride), _querySquares[query], _rows, (int)_stride, (int)_stride, _rowCount, _distances + (query * _pitch));
        kernel.Run<TLanes, TOperator>();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SixRows<TLanes, TPart, TOperator>(int firstQuery, int endQuery, int row, float* sums)
        where TLanes : struct, ILanes<TLanes>
        where TPart : struct, ILanePart<TPart>
        where TOperator : struct, IMetricOperator
    {
        nint stride = _stride;
        float* rows = _rows + (row * stride);
        float* next = rows + (TileSums.Rows * stride);
        float* nextEnd = firstQuery == 0 ? next + (TileSums.Rows * stride) : next;
        nint share = (((TileSums.Rows * stride / Line) - 1) / ((endQuery - firstQuery + 1) / TileSums.Queries) + 1) * Line;
        Vector128<float> squares0123 = default;
        Vector128<float> squares4545 = default;
        if (TOperator.NeedsRowSquares)
            SquaresOfSix<TLanes>(rows, stride, out squares0123, out squares4545);
        for (nint start = 0; start < stride; start += BlockFloats)
        {
            nint length = Math.Min(BlockFloats, stride - start);
            bool isLast = start + length == stride;

            // With a single block two places serve in turn: the sums of a pair are folded while those of the next are under way.
            nint places = isLast && start == 0 ? 2 : MostOfGroup;
            float* pair = sums;
            float* before = null;
            int queryBefore = 0;
            for (int query = firstQuery; ; query += TileSums.Queries)
            {
                int left = Math.Min(query, _queryCount - TileSums.Queries);
                if (query < endQuery)
                {
                    for (float* shareEnd = next + share < nextEnd ? next + share : nextEnd; next < shareEnd; next += Line)
                    {
                        if (Sse.IsSupported)
                            Sse.Prefetch0(next);
                    }

                    float* components = _queries + (left * stride) + start;
                    TileSums.Add<TPart, TOperator>(components, components + stride, rows + start, stride, length, pair, start == 0);
                }

                if (isLast && before != null)
                    Finish<TLanes, TOperator>(before, queryBefore, squares0123, squares4545, _distances + (queryBefore * _pitch) + row);
                if (query >= endQuery)
                    break;
                before = pair;
                queryBefore = left;
                pair = pair == sums + ((places - 1) * TileSums.Floats) ? sums : pair + TileSums.Floats;
            }
        }
    }

    /// <summary>From the sums of two queries and six rows to their distances.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Finish<TLanes, TOperator>(float* sums, int query, Vector128<float> squares0123, Vector128<float> squares4545, float* distances)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        Vector128<float> first = default;
        Vector128<float> second = default;
        if (TOperator.NeedsQuerySquares)
        {
            first = Vector128.Create(_querySquares[query]);
            second = Vector128.Create(_querySquares[query + 1]);
        }

        TileFold.Fold<TLanes>(sums, out var firstFour, out var secondFour, out var lastTwo);
        float* below = distances + _pitch;
        CanonicalNaN.Of(TOperator.Finish(firstFour, first, squares0123)).Store(distances);
        CanonicalNaN.Of(TOperator.Finish(secondFour, second, squares0123)).Store(below);
        var ends = CanonicalNaN.Of(TOperator.Finish(lastTwo, Vector128.Create(first.GetLower(), second.GetLower()), squares4545));
        if (Sse.IsSupported)
        {
            Sse.StoreLow(distances + 4, ends);
            Sse.StoreHigh(below + 4, ends);
            return;
        }

        ends.GetLower().Store(distances + 4);
        ends.GetUpper().Store(below + 4);
    }

    /// <summary>dot(row, row) of six rows: once for all queries of a group, with the bits that each would compute. Those of the last two come twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SquaresOfSix<TLanes>(float* rows, nint stride, out Vector128<float> squares0123, out Vector128<float> squares4545)
        where TLanes : struct, ILanes<TLanes>
    {
        squares0123 = LanesFold.Sums(Squares<TLanes>(rows, stride), Squares<TLanes>(rows + stride, stride), Squares<TLanes>(rows + (2 * stride), stride), Squares<TLanes>(rows + (3 * stride), stride));
        TLanes row4 = Squares<TLanes>(rows + (4 * stride), stride);
        TLanes row5 = Squares<TLanes>(rows + (5 * stride), stride);
        squares4545 = LanesFold.Sums(row4, row5, row4, row5);
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

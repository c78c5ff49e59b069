using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics.Lanes;
using IqdbFlat.Engine.Metrics.Operators;

namespace IqdbFlat.Engine.Metrics;

/// <summary>A tile of queries by many rows: the distance of each pair, with the bits that the query alone gives.</summary>
/// <remarks>
/// <para>A single query waits for memory. A tile takes a row that has come for all its queries, so it waits for the arithmetic: a subtraction and a
/// fused multiply-add for each register of components. To keep to that, loads must be few: two queries meet four rows at a time, whose eight
/// sums stay in registers, so six loads serve sixteen operations. The sums of a whole pair would take sixteen registers of 256 bits, all there
/// are; so the lanes go by parts that fit a register each (<see cref="ILanePart{TSelf}"/>), one part after the other.</para>
/// <para>Two queries are not enough to use up a row in the first-level cache: as many take part in a group as fit there. Long vectors go by blocks
/// of <see cref="BlockFloats"/> components, with the sums kept between blocks, so that four rows and the group's queries fit as well.</para>
/// </remarks>
internal readonly unsafe struct TileKernel(
    float* queries, float* querySquares, int queryCount, float* rows, int stride, int rowCount, float* distances, int pitch) : IKernel
{
    private const int RowsAtOnce = 4;
    private const int QueriesAtOnce = 2;
    private const int PairSums = RowsAtOnce * QueriesAtOnce * PreparedQuery.Granule;

    /// <summary>Components of a block: of four rows, 8 KiB.</summary>
    private const int BlockFloats = 512;

    /// <summary>Floats of the queries of a group: 16 KiB, half of a small first-level cache.</summary>
    private const int GroupFloats = 4_096;
    private const int MostOfGroup = 32;

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
        int paired = _queryCount & -QueriesAtOnce;
        int fours = _rowCount & -RowsAtOnce;
        int group = Math.Clamp(GroupFloats / (int)Math.Min(_stride, BlockFloats) & -QueriesAtOnce, QueriesAtOnce, MostOfGroup);
        float* sums = stackalloc float[MostOfGroup / QueriesAtOnce * PairSums];
        for (int first = 0; first < paired; first += group)
        {
            int end = Math.Min(first + group, paired);
            for (int row = 0; row < fours; row += RowsAtOnce)
                FourRows<TLanes, TPart, TOperator>(first, end, row, sums);
        }

        // What is left over goes by single queries: less than four rows, and the last of an odd number of queries.
        for (int query = 0; query < paired && fours < _rowCount; query++)
            Single<TLanes, TOperator>(query, fours);
        if (paired < _queryCount)
            Single<TLanes, TOperator>(paired, 0);
    }

    private void Single<TLanes, TOperator>(int query, int firstRow)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        RowsKernel kernel = new(
            _queries + (query * _stride), _querySquares[query], _rows + (firstRow * _stride), (int)_stride, (int)_stride, _rowCount - firstRow, _distances + (query * _pitch) + firstRow);
        kernel.Run<TLanes, TOperator>();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FourRows<TLanes, TPart, TOperator>(int firstQuery, int endQuery, int row, float* sums)
        where TLanes : struct, ILanes<TLanes>
        where TPart : struct, ILanePart<TPart>
        where TOperator : struct, IMetricOperator
    {
        nint stride = _stride;
        float* rows = _rows + (row * stride);
        Vector128<float> rowSquares = TOperator.NeedsRowSquares ? SquaresOfFour<TLanes>(rows, stride) : default;
        for (nint start = 0; start < stride; start += BlockFloats)
        {
            nint length = Math.Min(BlockFloats, stride - start);
            bool isLast = start + length == stride;
            float* pair = sums;
            for (int query = firstQuery; query < endQuery; query += QueriesAtOnce)
            {
                float* components = _queries + (query * stride) + start;
                Accumulate<TPart, TOperator>(components, components + stride, rows + start, stride, length, pair, start == 0);
                if (isLast)
                {
                    float* distances = _distances + (query * _pitch) + row;
                    Finish<TLanes, TOperator>(pair, _querySquares[query], rowSquares, distances);
                    Finish<TLanes, TOperator>(pair + (PairSums / 2), _querySquares[query + 1], rowSquares, distances + _pitch);
                }

                // One block, and the sums of a pair are done with as soon as they are made.
                pair += isLast && start == 0 ? 0 : PairSums;
            }
        }
    }

    /// <summary>Takes components of two queries and four rows into their eight sums, part by part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate<TPart, TOperator>(
        float* query0, float* query1, float* rows, nint stride, nint length, float* sums, bool isFirst)
        where TPart : struct, ILanePart<TPart>
        where TOperator : struct, IMetricOperator
    {
        const int Lanes = PreparedQuery.Granule;
        for (nint part = 0; part < Lanes; part += TPart.Width)
        {
            float* a = query0 + part;
            float* b = query1 + part;
            float* row0 = rows + part;
            float* row1 = row0 + stride;
            float* row2 = row1 + stride;
            float* row3 = row2 + stride;
            float* kept = sums + part;
            TPart a0 = isFirst ? TPart.Zero : TPart.Load(kept);
            TPart a1 = isFirst ? TPart.Zero : TPart.Load(kept + Lanes);
            TPart a2 = isFirst ? TPart.Zero : TPart.Load(kept + (2 * Lanes));
            TPart a3 = isFirst ? TPart.Zero : TPart.Load(kept + (3 * Lanes));
            TPart b0 = isFirst ? TPart.Zero : TPart.Load(kept + (4 * Lanes));
            TPart b1 = isFirst ? TPart.Zero : TPart.Load(kept + (5 * Lanes));
            TPart b2 = isFirst ? TPart.Zero : TPart.Load(kept + (6 * Lanes));
            TPart b3 = isFirst ? TPart.Zero : TPart.Load(kept + (7 * Lanes));
            for (nint at = 0; at < length; at += Lanes)
            {
                TPart left = TPart.Load(a + at);
                TPart right = TPart.Load(b + at);
                TPart row = TPart.Load(row0 + at);
                TOperator.Step(left, row, ref a0);
                TOperator.Step(right, row, ref b0);
                row = TPart.Load(row1 + at);
                TOperator.Step(left, row, ref a1);
                TOperator.Step(right, row, ref b1);
                row = TPart.Load(row2 + at);
                TOperator.Step(left, row, ref a2);
                TOperator.Step(right, row, ref b2);
                row = TPart.Load(row3 + at);
                TOperator.Step(left, row, ref a3);
                TOperator.Step(right, row, ref b3);
            }

            TPart.Store(a0, kept);
            TPart.Store(a1, kept + Lanes);
            TPart.Store(a2, kept + (2 * Lanes));
            TPart.Store(a3, kept + (3 * Lanes));
            TPart.Store(b0, kept + (4 * Lanes));
            TPart.Store(b1, kept + (5 * Lanes));
            TPart.Store(b2, kept + (6 * Lanes));
            TPart.Store(b3, kept + (7 * Lanes));
        }
    }

    /// <summary>From the sums of one query and four rows to their distances.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes, TOperator>(float* sums, float querySquares, Vector128<float> rowSquares, float* distances)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        const int Lanes = PreparedQuery.Granule;
        Vector128<float> folded = LanesFold.Sums(
            TLanes.Load(sums), TLanes.Load(sums + Lanes), TLanes.Load(sums + (2 * Lanes)), TLanes.Load(sums + (3 * Lanes)));
        CanonicalNaN.Of(TOperator.Finish(folded, Vector128.Create(querySquares), rowSquares)).Store(distances);
    }

    /// <summary>dot(row, row) of four rows: once for all queries of a group, with the bits that each would compute.</summary>
    private static Vector128<float> SquaresOfFour<TLanes>(float* rows, nint stride)
        where TLanes : struct, ILanes<TLanes>
    {
        return LanesFold.Sums(Squares(rows), Squares(rows + stride), Squares(rows + (2 * stride)), Squares(rows + (3 * stride)));

        TLanes Squares(float* row)
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
}

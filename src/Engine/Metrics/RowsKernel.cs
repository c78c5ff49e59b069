using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics.Lanes;
using IqdbFlat.Engine.Metrics.Operators;

namespace IqdbFlat.Engine.Metrics;

/// <summary>One query by many rows, in the order in which they lie in memory.</summary>
/// <remarks>
/// Rows are read one after the other, never side by side: the processor's prefetcher follows one rising stream at the full bandwidth
/// and several at a third of it, and out-of-order execution has several rows in flight anyway, since no row waits for another.
/// Four rows share a fold and a finish. Where rows have several vectors, the next row is more floats away than are measured.
/// </remarks>
internal readonly unsafe struct RowsKernel(float* query, float querySquares, float* rows, int stride, int step, int count, float* distances) : IKernel
{
    private readonly float* _query = query;
    private readonly float _querySquares = querySquares;
    private readonly float* _rows = rows;
    private readonly nint _stride = stride;
    private readonly nint _step = step;
    private readonly nint _count = count;
    private readonly float* _distances = distances;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TLanes, TOperator>()
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        float* query = _query;
        nint stride = _stride;
        nint step = _step;
        float* row = _rows;
        float* distance = _distances;
        Vector128<float> querySquares = Vector128.Create(_querySquares);
        nint left = _count;
        for (; left >= 4; left -= 4, distance += 4)
        {
            row = OneRow<TLanes, TOperator>(query, row, stride, step, out TLanes sum0, out TLanes squares0);
            row = OneRow<TLanes, TOperator>(query, row, stride, step, out TLanes sum1, out TLanes squares1);
            row = OneRow<TLanes, TOperator>(query, row, stride, step, out TLanes sum2, out TLanes squares2);
            row = OneRow<TLanes, TOperator>(query, row, stride, step, out TLanes sum3, out TLanes squares3);
            Vector128<float> sums = LanesFold.Sums(sum0, sum1, sum2, sum3);
            Vector128<float> squares = TOperator.NeedsRowSquares ? LanesFold.Sums(squares0, squares1, squares2, squares3) : default;
            CanonicalNaN.Of(TOperator.Finish(sums, querySquares, squares)).Store(distance);
        }

        for (; left > 0; left--, distance++)
        {
            row = OneRow<TLanes, TOperator>(query, row, stride, step, out TLanes sum, out TLanes squares);
            Vector128<float> rowSquares = Vector128.CreateScalar(TOperator.NeedsRowSquares ? LanesFold.Sum(squares) : 0);
            *distance = CanonicalNaN.Of(TOperator.Finish(Vector128.CreateScalar(LanesFold.Sum(sum)), querySquares, rowSquares)).ToScalar();
        }
    }

    /// <summary>Takes a whole row into the lanes and says where the next one begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* OneRow<TLanes, TOperator>(float* query, float* row, nint stride, nint step, out TLanes sum, out TLanes squares)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        TLanes running = TLanes.Zero;
        TLanes runningSquares = TLanes.Zero;
        for (nint offset = 0; offset < stride; offset += PreparedQuery.Granule)
        {
            TLanes components = TLanes.Load(row + offset);
            TOperator.Step(TLanes.Load(query + offset), components, ref running);
            if (TOperator.NeedsRowSquares)
            {
                TLanes.AddProduct(components, components, ref runningSquares);
            }
        }

        sum = running;
        squares = runningSquares;
        return row + step;
    }
}

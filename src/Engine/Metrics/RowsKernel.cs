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
    private const int RowsAtOnce = 4;

    // In floats, twelve lines: the processor's own prefetcher stops at each page of 4 KiB, and is led astray by requests that are much farther ahead.
    private const int Ahead = 12 * PreparedQuery.Granule;

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
        Vector128<float>* sums = stackalloc Vector128<float>[RowsAtOnce];
        Vector128<float>* squares = stackalloc Vector128<float>[RowsAtOnce];
        nint left = _count;
        for (; left >= RowsAtOnce; left -= RowsAtOnce, distance += RowsAtOnce)
        {
            // By way of memory, for which the loop over components is there once and not four times: small, and the compiler makes the best of it.
            for (nint i = 0; i < RowsAtOnce; i++)
            {
                row = OneRow<TLanes, TOperator>(query, row, stride, step, out TLanes sum, out TLanes square);
                sums[i] = TLanes.FoldToFour(sum);
                if (TOperator.NeedsRowSquares)
                {
                    squares[i] = TLanes.FoldToFour(square);
                }
            }

            Vector128<float> rowSquares = TOperator.NeedsRowSquares ? LanesFold.Sums(squares[0], squares[1], squares[2], squares[3]) : default;
            CanonicalNaN.Of(TOperator.Finish(LanesFold.Sums(sums[0], sums[1], sums[2], sums[3]), querySquares, rowSquares)).Store(distance);
        }

        if (left > 0)
        {
            LastRows<TLanes, TOperator>(row, left, distance);
        }
    }

    /// <summary>Fewer than four rows. By itself, so that the compiler spends its effort on the loop above.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void LastRows<TLanes, TOperator>(float* row, nint count, float* distance)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        for (; count > 0; count--, distance++)
        {
            row = OneRow<TLanes, TOperator>(_query, row, _stride, _step, out TLanes sum, out TLanes squares);
            Vector128<float> rowSquares = Vector128.CreateScalar(TOperator.NeedsRowSquares ? LanesFold.Sum(squares) : 0);
            *distance = CanonicalNaN.Of(TOperator.Finish(Vector128.CreateScalar(LanesFold.Sum(sum)), Vector128.Create(_querySquares), rowSquares)).ToScalar();
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
        float* component = query;
        float* at = row;
        float* end = row + stride;
        for (float* last = end - (4 * PreparedQuery.Granule); at <= last; at += 4 * PreparedQuery.Granule, component += 4 * PreparedQuery.Granule)
        {
            CacheLine.Fetch(at + Ahead);
            CacheLine.Fetch(at + Ahead + PreparedQuery.Granule);
            CacheLine.Fetch(at + Ahead + (2 * PreparedQuery.Granule));
            CacheLine.Fetch(at + Ahead + (3 * PreparedQuery.Granule));
            TLanes.Take<TOperator>(component, at, 0, ref running, ref runningSquares);
            TLanes.Take<TOperator>(component, at, PreparedQuery.Granule, ref running, ref runningSquares);
            TLanes.Take<TOperator>(component, at, 2 * PreparedQuery.Granule, ref running, ref runningSquares);
            TLanes.Take<TOperator>(component, at, 3 * PreparedQuery.Granule, ref running, ref runningSquares);
        }

        for (; at < end; at += PreparedQuery.Granule, component += PreparedQuery.Granule)
        {
            CacheLine.Fetch(at + Ahead);
            TLanes.Take<TOperator>(component, at, 0, ref running, ref runningSquares);
        }

        sum = running;
        squares = runningSquares;
        return row + step;
    }
}

using System.Runtime.CompilerServices;
using IqdbFlat.Engine.Metrics.Lanes;
using IqdbFlat.Engine.Metrics.Operators;

namespace IqdbFlat.Engine.Metrics;

/// <summary>One query by many rows: four rows in flight, so that one row's additions fill the time another's take to finish.</summary>
internal readonly unsafe struct RowsKernel(float* query, float querySquares, float* rows, int stride, int count, float* distances) : IKernel
{
    private readonly float* _query = query;
    private readonly float _querySquares = querySquares;
    private readonly float* _rows = rows;
    private readonly int _stride = stride;
    private readonly int _count = count;
    private readonly float* _distances = distances;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TLanes, TOperator>()
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        const int inFlight = 4;
        nint stride = _stride;
        float* row = _rows;
        float* distance = _distances;
        float* end = distance + _count;
        for (; distance + inFlight <= end; distance += inFlight, row += inFlight * stride)
        {
            FourRows<TLanes, TOperator>(row, stride, distance);
        }

        for (; distance < end; distance++, row += stride)
        {
            OneRow<TLanes, TOperator>(row, stride, distance);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FourRows<TLanes, TOperator>(float* row0, nint stride, float* distances)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        float* query = _query;
        float* row1 = row0 + stride;
        float* row2 = row1 + stride;
        float* row3 = row2 + stride;
        TLanes sum0 = TLanes.Zero, sum1 = TLanes.Zero, sum2 = TLanes.Zero, sum3 = TLanes.Zero;
        TLanes squares0 = TLanes.Zero, squares1 = TLanes.Zero, squares2 = TLanes.Zero, squares3 = TLanes.Zero;
        for (nint offset = 0; offset < stride; offset += PreparedQuery.Granule)
        {
            TLanes a = TLanes.Load(query + offset);
            TLanes b0 = TLanes.Load(row0 + offset);
            TLanes b1 = TLanes.Load(row1 + offset);
            TLanes b2 = TLanes.Load(row2 + offset);
            TLanes b3 = TLanes.Load(row3 + offset);
            sum0 = TOperator.Step(a, b0, sum0);
            sum1 = TOperator.Step(a, b1, sum1);
            sum2 = TOperator.Step(a, b2, sum2);
            sum3 = TOperator.Step(a, b3, sum3);
            if (TOperator.NeedsRowSquares)
            {
                squares0 = TLanes.FusedMultiplyAdd(b0, b0, squares0);
                squares1 = TLanes.FusedMultiplyAdd(b1, b1, squares1);
                squares2 = TLanes.FusedMultiplyAdd(b2, b2, squares2);
                squares3 = TLanes.FusedMultiplyAdd(b3, b3, squares3);
            }
        }

        distances[0] = Finish<TLanes, TOperator>(sum0, squares0);
        distances[1] = Finish<TLanes, TOperator>(sum1, squares1);
        distances[2] = Finish<TLanes, TOperator>(sum2, squares2);
        distances[3] = Finish<TLanes, TOperator>(sum3, squares3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void OneRow<TLanes, TOperator>(float* row, nint stride, float* distance)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        float* query = _query;
        TLanes sum = TLanes.Zero;
        TLanes squares = TLanes.Zero;
        for (nint offset = 0; offset < stride; offset += PreparedQuery.Granule)
        {
            TLanes b = TLanes.Load(row + offset);
            sum = TOperator.Step(TLanes.Load(query + offset), b, sum);
            if (TOperator.NeedsRowSquares)
            {
                squares = TLanes.FusedMultiplyAdd(b, b, squares);
            }
        }

        *distance = Finish<TLanes, TOperator>(sum, squares);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Finish<TLanes, TOperator>(TLanes sum, TLanes squares)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        float rowSquares = TOperator.NeedsRowSquares ? TLanes.Fold(squares) : 0;
        return CanonicalNaN.Of(TOperator.Finish(TLanes.Fold(sum), _querySquares, rowSquares));
    }
}

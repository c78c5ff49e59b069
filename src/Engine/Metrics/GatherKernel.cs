using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IqdbFlat.Engine.Metrics.Lanes;
using IqdbFlat.Engine.Metrics.Operators;

namespace IqdbFlat.Engine.Metrics;

/// <summary>One query by rows that lie here and there: each by its place, in the order of a list.</summary>
/// <remarks>
/// The processor cannot guess where the next row lies, so each line of a row that is measured asks for the same line of the row some places
/// later in the list. What is computed is what <see cref="RowsKernel"/> computes.
/// </remarks>
internal readonly unsafe struct GatherKernel(float* query, float querySquares, float* rows, int stride, int step, int* places, int count, float* distances) : IKernel
{
    private const int BytesAhead = 4_096;
    private const int MostRowsAhead = 16;

    private readonly float* _query = query;
    private readonly float _querySquares = querySquares;
    private readonly float* _rows = rows;
    private readonly nint _stride = stride;
    private readonly nint _step = step;
    private readonly int* _places = places;
    private readonly int _count = count;
    private readonly float* _distances = distances;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TLanes, TOperator>()
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        float* query = _query;
        nint stride = _stride;
        int ahead = Math.Clamp(BytesAhead / (int)(stride * sizeof(float)), 1, MostRowsAhead);
        Vector128<float> querySquares = Vector128.Create(_querySquares);
        for (int i = 0; i < Math.Min(ahead, _count); i++)
            Fetch(RowAt(i));

        int at = 0;
        for (; at <= _count - 4; at += 4)
        {
            OneRow<TLanes, TOperator>(query, RowAt(at), RowAt(at + ahead), stride, out TLanes sum0, out TLanes squares0);
            OneRow<TLanes, TOperator>(query, RowAt(at + 1), RowAt(at + 1 + ahead), stride, out TLanes sum1, out TLanes squares1);
            OneRow<TLanes, TOperator>(query, RowAt(at + 2), RowAt(at + 2 + ahead), stride, out TLanes sum2, out TLanes squares2);
            OneRow<TLanes, TOperator>(query, RowAt(at + 3), RowAt(at + 3 + ahead), stride, out TLanes sum3, out TLanes squares3);
            Vector128<float> sums = LanesFold.Sums(sum0, sum1, sum2, sum3);
            Vector128<float> squares = TOperator.NeedsRowSquares ? LanesFold.Sums(squares0, squares1, squares2, squares3) : default;
            CanonicalNaN.Of(TOperator.Finish(sums, querySquares, squares)).Store(_distances + at);
        }

        for (; at < _count; at++)
        {
            OneRow<TLanes, TOperator>(query, RowAt(at), RowAt(at + ahead), stride, out TLanes sum, out TLanes squares);
            Vector128<float> rowSquares = Vector128.CreateScalar(TOperator.NeedsRowSquares ? LanesFold.Sum(squares) : 0);
            _distances[at] = CanonicalNaN.Of(TOperator.Finish(Vector128.CreateScalar(LanesFold.Sum(sum)), querySquares, rowSquares)).ToScalar();
        }
    }

    /// <summary>Where a row of the list lies; past the end of the list, the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* RowAt(int index) => _rows + (_places[Math.Min(index, _count - 1)] * _step);

    private void Fetch(float* row)
    {
        if (!Sse.IsSupported)
            return;
        for (nint offset = 0; offset < _stride; offset += PreparedQuery.Granule)
            Sse.Prefetch0(row + offset);
    }

    /// <summary>Takes a whole row into the lanes and asks for the lines of a later one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneRow<TLanes, TOperator>(float* query, float* row, float* later, nint stride, out TLanes sum, out TLanes squares)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        TLanes running = TLanes.Zero;
        TLanes runningSquares = TLanes.Zero;
        for (nint offset = 0; offset < stride; offset += PreparedQuery.Granule)
        {
            if (Sse.IsSupported)
                Sse.Prefetch0(later + offset);
            TLanes components = TLanes.Load(row + offset);
            TOperator.Step(TLanes.Load(query + offset), components, ref running);
            if (TOperator.NeedsRowSquares)
                TLanes.AddProduct(components, components, ref runningSquares);
        }

        sum = running;
        squares = runningSquares;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics.Lanes;
using IqdbFlat.Engine.Metrics.Operators;

namespace IqdbFlat.Engine.Metrics;

/// <summary>One query by rows that lie here and there: each by its place, in the order of a list.</summary>
/// <remarks>
/// <para>The processor cannot guess where the next row lies, so each row that is measured asks for the lines of the row some places later in the
/// list, and the last ones for those of the list that comes next. What is computed is what <see cref="RowsKernel"/> computes.</para>
/// <para>Eight lines are taken without a loop. In a loop one load would walk through all lines of a row, and the processor, which watches each load by
/// itself, would bring lines behind the row's end that nobody wants; an eighth of the time a row takes went into them.</para>
/// </remarks>
internal readonly unsafe struct GatherKernel(
    float* query, float querySquares, float* rows, int stride, int step, int* places, int count, GatherNext next, float* distances) : IKernel
{
    private const int BytesAhead = 4_096;
    private const int MostRowsAhead = GatherNext.Most;

    /// <summary>Components of a line of the cache, and of all lanes.</summary>
    private const int Line = PreparedQuery.Granule;

    /// <summary>Components that are taken without a loop.</summary>
    private const int BlockFloats = 8 * Line;

    private readonly float* _query = query;
    private readonly float _querySquares = querySquares;
    private readonly float* _rows = rows;
    private readonly nint _stride = stride;
    private readonly nint _step = step;
    private readonly int* _places = places;
    private readonly int _count = count;
    private readonly GatherNext _next = next;
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
            FetchRow(RowAt(i));

        int at = 0;
        for (; at <= _count - 4; at += 4)
        {
            OneRow<TLanes, TOperator>(query, RowAt(at), LaterAt(at + ahead), stride, out TLanes sum0, out TLanes squares0);
            OneRow<TLanes, TOperator>(query, RowAt(at + 1), LaterAt(at + 1 + ahead), stride, out TLanes sum1, out TLanes squares1);
            OneRow<TLanes, TOperator>(query, RowAt(at + 2), LaterAt(at + 2 + ahead), stride, out TLanes sum2, out TLanes squares2);
            OneRow<TLanes, TOperator>(query, RowAt(at + 3), LaterAt(at + 3 + ahead), stride, out TLanes sum3, out TLanes squares3);
            Vector128<float> sums = LanesFold.Sums(sum0, sum1, sum2, sum3);
            Vector128<float> squares = TOperator.NeedsRowSquares ? LanesFold.Sums(squares0, squares1, squares2, squares3) : default;
            CanonicalNaN.Of(TOperator.Finish(sums, querySquares, squares)).Store(_distances + at);
        }

        for (; at < _count; at++)
        {
            OneRow<TLanes, TOperator>(query, RowAt(at), LaterAt(at + ahead), stride, out TLanes sum, out TLanes squares);
            Vector128<float> rowSquares = Vector128.CreateScalar(TOperator.NeedsRowSquares ? LanesFold.Sum(squares) : 0);
            _distances[at] = CanonicalNaN.Of(TOperator.Finish(Vector128.CreateScalar(LanesFold.Sum(sum)), querySquares, rowSquares)).ToScalar();
        }
    }

    /// <summary>Where a row of the list lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* RowAt(int index) => _rows + (_places[index] * _step);

    /// <summary>Where a row of the list lies, or one of those that come after it; past the end of them, the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* LaterAt(int index) => index < _count ? RowAt(index) : After(index - _count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float* After(int index) => _next.Count == 0 ? RowAt(_count - 1) : _next.Rows + (_next.Places[Math.Min(index, _next.Count - 1)] * _step);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FetchRow(float* row)
    {
        if (!CacheLine.CanFetch)
            return;
        for (nint offset = 0; offset < _stride; offset += Line)
            CacheLine.Fetch(row + offset);
    }

    /// <summary>Takes a whole row into the lanes and asks for the lines of a later one.</summary>
    /// <remarks>
    /// A method of its own, compiled as well as can be from the first call on: it is too large to be inlined, and what gathering costs is measured when nothing has run for long.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneRow<TLanes, TOperator>(float* query, float* row, float* later, nint stride, out TLanes sum, out TLanes squares)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        TLanes running = TLanes.Zero;
        TLanes runningSquares = TLanes.Zero;
        nint offset = 0;
        for (; offset <= stride - BlockFloats; offset += BlockFloats)
        {
            CacheLine.Fetch(later + offset);
            CacheLine.Fetch(later + offset + Line);
            CacheLine.Fetch(later + offset + (2 * Line));
            CacheLine.Fetch(later + offset + (3 * Line));
            CacheLine.Fetch(later + offset + (4 * Line));
            CacheLine.Fetch(later + offset + (5 * Line));
            CacheLine.Fetch(later + offset + (6 * Line));
            CacheLine.Fetch(later + offset + (7 * Line));
            TLanes.Take<TOperator>(query + offset, row + offset, 0, ref running, ref runningSquares);
            TLanes.Take<TOperator>(query + offset, row + offset, Line, ref running, ref runningSquares);
            TLanes.Take<TOperator>(query + offset, row + offset, 2 * Line, ref running, ref runningSquares);
            TLanes.Take<TOperator>(query + offset, row + offset, 3 * Line, ref running, ref runningSquares);
            TLanes.Take<TOperator>(query + offset, row + offset, 4 * Line, ref running, ref runningSquares);
            TLanes.Take<TOperator>(query + offset, row + offset, 5 * Line, ref running, ref runningSquares);
            TLanes.Take<TOperator>(query + offset, row + offset, 6 * Line, ref running, ref runningSquares);
            TLanes.Take<TOperator>(query + offset, row + offset, 7 * Line, ref running, ref runningSquares);
        }

        for (; offset < stride; offset += Line)
        {
            CacheLine.Fetch(later + offset);
            TLanes.Take<TOperator>(query + offset, row + offset, 0, ref running, ref runningSquares);
        }

        sum = running;
        squares = runningSquares;
    }
}

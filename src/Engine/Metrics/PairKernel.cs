using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics.Lanes;
using IqdbFlat.Engine.Metrics.Operators;

namespace IqdbFlat.Engine.Metrics;

/// <summary>One query by one row of any length and alignment, nothing read past their ends.</summary>
internal unsafe ref struct PairKernel(ReadOnlySpan<float> query, ReadOnlySpan<float> row) : IKernel
{
    private readonly ReadOnlySpan<float> _query = query;
    private readonly ReadOnlySpan<float> _row = row;

    /// <summary>The distance, after the run.</summary>
    public float Distance { get; private set; }

    public void Run<TLanes, TOperator>()
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator
    {
        TLanes sum = TLanes.Zero;
        TLanes querySquares = TLanes.Zero;
        TLanes rowSquares = TLanes.Zero;
        int whole = _query.Length & -PreparedQuery.Granule;

        // The last components with the zeros that padding would put after them.
        float* queryTail = stackalloc float[PreparedQuery.Granule];
        float* rowTail = stackalloc float[PreparedQuery.Granule];
        Span<float> tail = new(queryTail, PreparedQuery.Granule);
        tail.Clear();
        _query[whole..].CopyTo(tail);
        tail = new(rowTail, PreparedQuery.Granule);
        tail.Clear();
        _row[whole..].CopyTo(tail);

        fixed (float* queryStart = _query, rowStart = _row)
        {
            for (int offset = 0; offset <= whole; offset += PreparedQuery.Granule)
            {
                bool atTail = offset == whole;
                TLanes a = TLanes.Load(atTail ? queryTail : queryStart + offset);
                TLanes b = TLanes.Load(atTail ? rowTail : rowStart + offset);
                TOperator.Step(a, b, ref sum);
                if (TOperator.NeedsQuerySquares)
                {
                    TLanes.AddProduct(a, a, ref querySquares);
                }

                if (TOperator.NeedsRowSquares)
                {
                    TLanes.AddProduct(b, b, ref rowSquares);
                }
            }
        }

        Vector128<float> distance = TOperator.Finish(
            Vector128.CreateScalar(LanesFold.Sum(sum)),
            Vector128.CreateScalar(LanesFold.Sum(querySquares)),
            Vector128.CreateScalar(LanesFold.Sum(rowSquares)));
        Distance = CanonicalNaN.Of(distance).ToScalar();
    }
}

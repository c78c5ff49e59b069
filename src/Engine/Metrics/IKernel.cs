using IqdbFlat.Engine.Metrics.Lanes;
using IqdbFlat.Engine.Metrics.Operators;

namespace IqdbFlat.Engine.Metrics;

/// <summary>A shape of work (one query by many rows, one pair, ...) to be compiled for each pair of lanes and metric.</summary>
internal interface IKernel
{
    /// <summary>Does the work.</summary>
    void Run<TLanes, TOperator>()
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IMetricOperator;
}

using IqdbFlat.Engine.Metrics.Lanes;
using IqdbFlat.Engine.Metrics.Operators;

namespace IqdbFlat.Engine.Metrics;

/// <summary>From values known at run time (lanes, metric) to type parameters, once for each call of a kernel.</summary>
internal static class KernelSelection
{
    /// <summary>The widest lanes of this processor.</summary>
    public static LanesKind Widest =>
        Lanes512.IsSupported ? LanesKind.Vector512
        : Lanes256.IsSupported ? LanesKind.Vector256
        : Lanes128.IsSupported ? LanesKind.Vector128
        : LanesKind.Scalar;

    /// <summary>Whether this processor can run the lanes.</summary>
    public static bool IsSupported(LanesKind lanes) => lanes switch
    {
        LanesKind.Scalar => LanesScalar.IsSupported,
        LanesKind.Vector128 => Lanes128.IsSupported,
        LanesKind.Vector256 => Lanes256.IsSupported,
        LanesKind.Vector512 => Lanes512.IsSupported,
        _ => false,
    };

    /// <summary>Runs the kernel with these lanes, which the processor supports, and the metric's operator.</summary>
    public static void Run<TKernel>(LanesKind lanes, Metric metric, ref TKernel kernel)
        where TKernel : struct, IKernel, allows ref struct
    {
        if (!IsSupported(lanes))
        {
            throw new PlatformNotSupportedException($"this processor has no lanes of the kind {lanes}");
        }

        switch (lanes)
        {
            case LanesKind.Vector512:
                Run<Lanes512, TKernel>(metric, ref kernel);
                break;
            case LanesKind.Vector256:
                Run<Lanes256, TKernel>(metric, ref kernel);
                break;
            case LanesKind.Vector128:
                Run<Lanes128, TKernel>(metric, ref kernel);
                break;
            default:
                Run<LanesScalar, TKernel>(metric, ref kernel);
                break;
        }
    }

    private static void Run<TLanes, TKernel>(Metric metric, ref TKernel kernel)
        where TLanes : struct, ILanes<TLanes>
        where TKernel : struct, IKernel, allows ref struct
    {
        switch (metric)
        {
            case Metric.Euclidean:
                kernel.Run<TLanes, EuclideanOperator>();
                break;
            case Metric.Cosine:
                kernel.Run<TLanes, CosineOperator>();
                break;
            case Metric.DotProduct:
                kernel.Run<TLanes, DotProductOperator>();
                break;
            case Metric.Manhattan:
                kernel.Run<TLanes, ManhattanOperator>();
                break;
            case Metric.Hamming:
                kernel.Run<TLanes, HammingOperator>();
                break;
            case Metric.SquaredEuclidean:
                kernel.Run<TLanes, SquaredEuclideanOperator>();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(metric), metric, "unknown metric");
        }
    }
}

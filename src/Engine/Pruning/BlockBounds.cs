using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Pruning.Dots;

namespace IqdbFlat.Engine.Pruning;

/// <summary>From values known at run time (instructions, form) to type parameters, once a search.</summary>
internal static class BlockBounds
{
    /// <summary>The fastest products of this processor.</summary>
    public static DotsKind Fastest =>
        Avx2Dots<VnniStep>.IsSupported ? DotsKind.Vnni
        : Avx2Dots<MaddStep>.IsSupported ? DotsKind.Avx2
        : ArmDots.IsSupported ? DotsKind.Arm
        : Vector128Dots.IsSupported ? DotsKind.Vector128
        : DotsKind.Scalar;

    /// <summary>Whether this processor can run it.</summary>
    public static bool IsSupported(DotsKind kind) => kind switch
    {
        DotsKind.Vnni => Avx2Dots<VnniStep>.IsSupported,
        DotsKind.Avx2 => Avx2Dots<MaddStep>.IsSupported,
        DotsKind.Arm => ArmDots.IsSupported,
        DotsKind.Vector128 => Vector128Dots.IsSupported,
        DotsKind.Scalar => ScalarDots.IsSupported,
        _ => false,
    };

    /// <summary>The bound of a query over blocks of a layout.</summary>
    public static BlockBound Create(DotsKind kind, QueryCode query, CodeLayout layout) => kind switch
    {
        DotsKind.Vnni => Create<Avx2Dots<VnniStep>>(query, layout),
        DotsKind.Avx2 => Create<Avx2Dots<MaddStep>>(query, layout),
        DotsKind.Arm => Create<ArmDots>(query, layout),
        DotsKind.Vector128 => Create<Vector128Dots>(query, layout),
        _ => Create<ScalarDots>(query, layout),
    };

    private static BlockBound Create<TDots>(QueryCode query, CodeLayout layout)
        where TDots : struct, ICodeDots => layout.Form == BoundForm.Product
            ? new BlockBound<TDots, ProductBound>(query, query.Product, query.FineProduct, layout)
            : new BlockBound<TDots, DistanceBound>(query, query.Distance, query.FineDistance, layout);
}

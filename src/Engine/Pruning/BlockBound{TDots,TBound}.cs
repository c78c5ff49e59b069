using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IqdbFlat.Engine.Pruning.Dots;

namespace IqdbFlat.Engine.Pruning;

/// <summary>The one loop of all bounds: products of codes, then the test, four rows at once and without a branch.</summary>
internal sealed unsafe class BlockBound<TDots, TBound>(QueryCode query, TBound bound, CodeLayout layout) : BlockBound
    where TDots : struct, ICodeDots
    where TBound : struct, IRowBound
{
    private const int MostRows = 64;
    private const int Group = 4;

    private readonly TBound _bound = bound;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override ulong Out(byte* block, double limit)
    {
        int* dots = stackalloc int[MostRows];
        Compute(block, dots);
        var limits = Vector256.Create(limit);
        TBound bound = _bound;
        ulong result = 0;
        for (int row = 0; row < layout.BlockRows; row += Group)
        {
            var excess = Excess(bound, block, dots, row, limits);
            result |= (ulong)Vector256.GreaterThan(excess, Vector256<double>.Zero).ExtractMostSignificantBits() << row;
        }

        return result;
    }

    /// <inheritdoc/>
    public override void Excesses(byte* block, double* limits, double* excesses)
    {
        int* dots = stackalloc int[MostRows];
        Compute(block, dots);
        for (int row = 0; row < layout.BlockRows; row += Group)
            Excess(_bound, block, dots, row, Vector256.Load(limits + row)).Store(excesses + row);
    }

    private void Compute(byte* block, int* dots)
    {
        fixed (sbyte* codes = query.Codes)
            TDots.Compute(codes, (sbyte*)block + layout.TermBytes, layout.Stride, layout.BlockRows, dots);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<double> Excess(in TBound bound, byte* block, int* dots, int row, Vector256<double> limits)
    {
        int rows = layout.BlockRows;
        float* scales = (float*)block;
        float* norms = scales + rows;
        float* residuals = norms + rows;
        return bound.Excess(
            Double(Vector128.Load(dots + row)),
            Double(Vector128.Load(scales + row)),
            TBound.HasIntegerNorms ? Double(Vector128.Load((int*)norms + row)) : Double(Vector128.Load(norms + row)),
            Double(Vector128.Load(residuals + row)),
            limits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Double(Vector128<float> values) => Avx.IsSupported
        ? Avx.ConvertToVector256Double(values)
        : Vector256.Create(Vector128.WidenLower(values), Vector128.WidenUpper(values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Double(Vector128<int> values) => Avx.IsSupported
        ? Avx.ConvertToVector256Double(values)
        : Vector256.Create((double)values[0], values[1], values[2], values[3]);
}

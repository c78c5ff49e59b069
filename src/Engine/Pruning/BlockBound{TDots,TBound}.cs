using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IqdbFlat.Engine.Pruning.Dots;

namespace IqdbFlat.Engine.Pruning;

/// <summary>The one loop of all bounds: products of codes and the test, four rows at once and without a branch.</summary>
internal sealed unsafe class BlockBound<TDots, TBound>(QueryCode query, TBound bound, TBound fine, CodeLayout layout) : BlockBound
    where TDots : struct, ICodeDots
    where TBound : struct, IRowBound
{
    private const int Group = 4;

    // The processor's own prefetcher stops at each page of 4 KiB, which is a few rows of codes.
    private const int Ahead = 1_024;

    private readonly TBound _bound = bound;
    private readonly TBound _fine = fine;

    /// <inheritdoc/>
    public override ulong Out(byte* block, double limit)
    {
        int* dots = stackalloc int[CodeLayout.MostBlockRows];
        Skip(block, 1, limit, dots, out ulong result);
        return result;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int Skip(byte* block, int blocks, double limit, int* dots, out ulong result)
    {
        var limits = Vector256.Create(limit);
        TBound bound = _bound;
        int rows = layout.BlockRows;
        nint stride = layout.Stride;
        nint termBytes = layout.TermBytes;
        ulong all = ulong.MaxValue >> (64 - rows);
        int last = blocks - 1;
        ulong above;
        int skipped = 0;
        fixed (sbyte* codes = query.Codes)
        {
            while (true)
            {
                float* terms = (float*)block;
                sbyte* row = (sbyte*)block + termBytes;
                above = 0;
                for (int at = 0; at < rows; at += Group, row += Group * stride)
                {
                    var four = TDots.Four(codes, row, row + stride, row + (2 * stride), row + (3 * stride), stride, Ahead);
                    four.Store(dots + at);
                    above |= (ulong)Above(Excess(bound, Double(four), terms + at, rows, limits)) << at;
                }

                if (above != all || skipped == last)
                    break;
                skipped++;
                block = (byte*)row;
            }
        }

        result = above;
        return skipped;
    }

    /// <inheritdoc/>
    public override ulong Out(byte* block, ulong wanted, double limit) => Out(block, wanted, limit, null, fine: false);

    /// <inheritdoc/>
    public override ulong FineOut(byte* block, ulong wanted, double limit, int* dots) => Out(block, wanted, limit, dots, fine: true);

    /// <inheritdoc/>
    public override void Excesses(byte* block, bool fine, double* limits, double* excesses)
    {
        int rows = layout.BlockRows;
        nint stride = layout.Stride;
        sbyte* row = (sbyte*)block + layout.TermBytes;
        fixed (sbyte* codes = query.Codes, rest = query.Rest.Codes)
        {
            for (int at = 0; at < rows; at += Group, row += Group * stride)
            {
                var dots = Dots(codes, rest, fine, row, row + stride, row + (2 * stride), row + (3 * stride));
                Excess(fine ? _fine : _bound, dots, (float*)block + at, rows, Vector256.Load(limits + at)).Store(excesses + at);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ulong Out(byte* block, ulong wanted, double limit, int* known, bool fine)
    {
        var limits = Vector256.Create(limit);
        TBound bound = fine ? _fine : _bound;
        int rows = layout.BlockRows;
        nint stride = layout.Stride;
        float* terms = (float*)block;
        sbyte* first = (sbyte*)block + layout.TermBytes;
        float* picked = stackalloc float[Group * 3];
        ulong result = 0;
        fixed (sbyte* codes = query.Codes, rest = query.Rest.Codes)
        {
            while (wanted != 0)
            {
                if (BitOperations.PopCount(wanted) < Group)
                {
                    int row = Next(ref wanted);
                    var one = Vector256.Create(OneDot(codes, rest, fine, first + (row * stride), known == null ? null : known + row));
                    for (int term = 0; term < 3; term++)
                        Vector128.Create(terms[(term * rows) + row]).Store(picked + (term * Group));
                    result |= (ulong)(Above(Excess(bound, one, picked, Group, limits)) & 1) << row;
                    continue;
                }

                int row0 = Next(ref wanted);
                int row1 = Next(ref wanted);
                int row2 = Next(ref wanted);
                int row3 = Next(ref wanted);
                var dots = Dots(codes, rest, fine, first + (row0 * stride), first + (row1 * stride), first + (row2 * stride), first + (row3 * stride));
                for (int term = 0; term < 3; term++)
                {
                    float* from = terms + (term * rows);
                    Vector128.Create(from[row0], from[row1], from[row2], from[row3]).Store(picked + (term * Group));
                }

                uint above = Above(Excess(bound, dots, picked, Group, limits));
                result |= ((ulong)(above & 1) << row0) | ((ulong)((above >> 1) & 1) << row1)
                    | ((ulong)((above >> 2) & 1) << row2) | ((ulong)(above >> 3) << row3);
            }
        }

        return result;
    }

    /// <summary>The products of four rows with the query's codes, in units of their scale; where it is fine, with those of its rest too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<double> Dots(sbyte* codes, sbyte* rest, bool fine, sbyte* row0, sbyte* row1, sbyte* row2, sbyte* row3)
    {
        var dots = Double(TDots.Four(codes, row0, row1, row2, row3, layout.Stride, 0));
        return fine ? dots + (Double(TDots.Four(rest, row0, row1, row2, row3, layout.Stride, 0)) * query.Rest.Ratio) : dots;
    }

    /// <summary>The same of one row: as a rule fewer than four are left of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double OneDot(sbyte* codes, sbyte* rest, bool fine, sbyte* row, int* known)
    {
        double dot = known == null ? TDots.One(codes, row, layout.Stride) : *known;
        return fine ? dot + (TDots.One(rest, row, layout.Stride) * query.Rest.Ratio) : dot;
    }

    private static int Next(ref ulong wanted)
    {
        int row = BitOperations.TrailingZeroCount(wanted);
        wanted &= wanted - 1;
        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Above(Vector256<double> excess) =>
        Vector256.GreaterThan(excess, Vector256<double>.Zero).ExtractMostSignificantBits();

    /// <summary>The excess of four rows whose scales begin at <paramref name="scales"/>, their norms and residuals <paramref name="apart"/> terms behind each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Excess(in TBound bound, Vector256<double> dots, float* scales, int apart, Vector256<double> limits)
    {
        float* norms = scales + apart;
        return bound.Excess(
            dots,
            Double(Vector128.Load(scales)),
            TBound.HasIntegerNorms ? Double(Vector128.Load((int*)norms)) : Double(Vector128.Load(norms)),
            Double(Vector128.Load(norms + apart)),
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

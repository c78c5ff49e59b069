using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Pruning;

/// <summary>Codes of a row: its components as signed bytes times one scale, and a certified bound of what that leaves out.</summary>
internal static unsafe class RowEncoder
{
    /// <summary>Codes reach from -127 to 127; -128 would break the sign trick of the byte products.</summary>
    public const int MostCode = 127;

    // Adding 1.5 * 2^23 leaves the nearest integer in the last bits of the float, whatever the processor.
    private const float ToInteger = 12_582_912f;

    // Below this the reciprocal of the scale would overflow; codes are zero then, and the residual is the whole vector.
    private const float LeastScale = 1e-30f;

    // For cosine: norms from 2^-39 to 2^39, so that no product or square of the canonical kernel leaves the range of floats. For the dot
    // product up to 2^62: no partial sum can reach 2^127.
    private const double LeastNorm = 1.0 / (1L << 39);
    private const double MostNorm = 1L << 39;
    private const double MostProductNorm = 1L << 62;

    // What the computed norm may be off the true one, by the length 1 of the vector that is coded: proven 2^-40 with some to spare.
    private const double NormRounding = 1.0 / (1L << 34);

    /// <summary>Writes the codes of a row and gives its terms.</summary>
    /// <param name="form">The bound that they are for.</param>
    /// <param name="row">The row, padded with zeros to a multiple of 16.</param>
    /// <param name="stride">Its floats.</param>
    /// <param name="codes">Takes the codes.</param>
    /// <param name="codeStride">Bytes of the codes, at least <paramref name="stride"/>; those past it become zero.</param>
    /// <param name="mostCode">The largest code, at most <see cref="MostCode"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static RowTerms Encode(BoundForm form, float* row, int stride, sbyte* codes, int codeStride, int mostCode = MostCode)
    {
        new Span<sbyte>(codes + stride, codeStride - stride).Clear();
        float scale = MostOf(row, stride) / mostCode;
        double norm = form == BoundForm.Distance ? 1 : Math.Sqrt(Squares(row, stride));
        if (form == BoundForm.Angle && !(norm is >= LeastNorm and <= MostNorm))
            return Unbounded(codes, stride);
        if (form == BoundForm.Product && !(norm <= MostProductNorm))
            return Unbounded(codes, stride);
        float inverse = scale >= LeastScale ? 1 / scale : 0;
        if (inverse == 0)
            scale = 0;
        double step = scale;
        if (form == BoundForm.Angle)
        {
            // What is coded is row / norm, of length 1; codes and residual are computed at the row's own size.
            scale = (float)(scale / norm);
            step = scale * norm;
        }

        double residual = Math.Sqrt(Quantise(row, stride, inverse, step, codes, out int squares));
        if (form == BoundForm.Angle)
            residual = (residual / norm) + NormRounding;
        int term = form == BoundForm.Product
            ? BitConverter.SingleToInt32Bits(ResidualRounding.Up(scale * Math.Sqrt(squares)))
            : squares;
        return new RowTerms(scale, term, ResidualRounding.Up(residual));
    }

    /// <summary>The sum of squares, in double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Squares(float* row, int stride)
    {
        Vector256<double> sum0 = default, sum1 = default;
        for (int j = 0; j < stride; j += Vector256<float>.Count)
        {
            var values = Vector256.Load(row + j);
            var lower = Vector256.WidenLower(values);
            var upper = Vector256.WidenUpper(values);
            sum0 += lower * lower;
            sum1 += upper * upper;
        }

        return Vector256.Sum(sum0 + sum1);
    }

    private static RowTerms Unbounded(sbyte* codes, int stride)
    {
        new Span<sbyte>(codes, stride).Clear();
        return new RowTerms(0, 0, float.PositiveInfinity);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float MostOf(float* row, int stride)
    {
        var most = Vector256<float>.Zero;
        for (int j = 0; j < stride; j += Vector256<float>.Count)
            most = Vector256.MaxNative(most, Vector256.Abs(Vector256.Load(row + j)));
        var four = Vector128.MaxNative(most.GetLower(), most.GetUpper());
        return MathF.Max(MathF.Max(four[0], four[1]), MathF.Max(four[2], four[3]));
    }

    /// <summary>Writes codes; gives the sum of squared differences from step * code, in double, and the exact sum of squared codes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Quantise(float* row, int stride, float inverse, double step, sbyte* codes, out int squares)
    {
        var inverses = Vector256.Create(inverse);
        var magic = Vector256.Create(ToInteger);
        var steps = Vector256.Create(step);
        Vector256<double> rest0 = default, rest1 = default;
        Vector256<int> sum = default;
        for (int j = 0; j < stride; j += 2 * Vector256<float>.Count)
        {
            var first = Vector256.Load(row + j);
            var second = Vector256.Load(row + j + Vector256<float>.Count);
            var firstCodes = (first * inverses) + magic - magic;
            var secondCodes = (second * inverses) + magic - magic;
            rest0 += Square(Vector256.WidenLower(first) - (steps * Vector256.WidenLower(firstCodes)));
            rest1 += Square(Vector256.WidenUpper(first) - (steps * Vector256.WidenUpper(firstCodes)));
            rest0 += Square(Vector256.WidenLower(second) - (steps * Vector256.WidenLower(secondCodes)));
            rest1 += Square(Vector256.WidenUpper(second) - (steps * Vector256.WidenUpper(secondCodes)));
            var firstInts = Vector256.ConvertToInt32Native(firstCodes);
            var secondInts = Vector256.ConvertToInt32Native(secondCodes);
            sum += (firstInts * firstInts) + (secondInts * secondInts);
            var shorts = Vector256.Narrow(firstInts, secondInts);
            Vector128.Narrow(shorts.GetLower(), shorts.GetUpper()).Store(codes + j);
        }

        squares = Vector256.Sum(sum);
        return Vector256.Sum(rest0 + rest1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Square(Vector256<double> value) => value * value;
}

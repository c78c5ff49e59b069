using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Pruning.Centres;

/// <summary>Points of the space of rows, and certified measures from them. Any points do: they change speed alone.</summary>
/// <param name="points">One after the other, padded with zeros to the stride.</param>
/// <param name="stride">Floats from one to the next, a multiple of 16.</param>
internal sealed unsafe class CentrePoints(float[] points, int stride)
{
    // What the computed norm, and with it a direction, may be off the true one by the length 1 of a direction: proven 2^-38.
    internal const double NormRounding = 1.0 / (1L << 34);

    /// <summary>How many.</summary>
    public int Count { get; } = points.Length / stride;

    /// <summary>Bytes of the points.</summary>
    public long Bytes => points.LongLength * sizeof(float);

    /// <summary>No less than the distance of a row from a point; for <see cref="BoundForm.Angle"/> of the row's direction.</summary>
    public float Radius(BoundForm form, float* row, int point)
    {
        if (form != BoundForm.Angle)
            return ResidualRounding.Up(Distance(row, point, 1));
        return ResidualRounding.Up(Distance(row, point, 1 / Math.Sqrt(RowEncoder.Squares(row, stride))) + NormRounding);
    }

    /// <summary>
    /// The distance of <paramref name="factor"/> times a vector from a point, in double: within a factor of 1 + 2^-38 of the true one, and another 2^-50 of the
    /// vector's length where the factor is not 1.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Distance(float* vector, int point, double factor)
    {
        Vector256<double> sum0 = default, sum1 = default;
        var factors = Vector256.Create(factor);
        fixed (float* other = &points[(long)point * stride])
        {
            for (int j = 0; j < stride; j += Vector256<float>.Count)
            {
                var own = Vector256.Load(vector + j);
                var there = Vector256.Load(other + j);
                var lower = (Vector256.WidenLower(own) * factors) - Vector256.WidenLower(there);
                var upper = (Vector256.WidenUpper(own) * factors) - Vector256.WidenUpper(there);
                sum0 += lower * lower;
                sum1 += upper * upper;
            }
        }

        return Math.Sqrt(Vector256.Sum(sum0 + sum1));
    }

    /// <summary>The product of a vector and a point in double, within 2^-37 of the product of their lengths, and the point's length within 2^-39 of itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Product(float* vector, int point, out double length)
    {
        Vector256<double> sum0 = default, sum1 = default, squares0 = default, squares1 = default;
        fixed (float* other = &points[(long)point * stride])
        {
            for (int j = 0; j < stride; j += Vector256<float>.Count)
            {
                var own = Vector256.Load(vector + j);
                var there = Vector256.Load(other + j);
                var lower = Vector256.WidenLower(there);
                var upper = Vector256.WidenUpper(there);
                sum0 += Vector256.WidenLower(own) * lower;
                sum1 += Vector256.WidenUpper(own) * upper;
                squares0 += lower * lower;
                squares1 += upper * upper;
            }
        }

        length = Math.Sqrt(Vector256.Sum(squares0 + squares1));
        return Vector256.Sum(sum0 + sum1);
    }
}

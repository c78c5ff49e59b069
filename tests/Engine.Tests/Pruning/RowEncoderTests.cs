using System.Numerics;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Pruning;

namespace IqdbFlat.Engine.Tests.Pruning;

/// <summary>The certificate of a row, held against exact arithmetic.</summary>
public unsafe class RowEncoderTests
{
    private const int RowsOfKind = 300;

    public static TheoryData<HardKind> Kinds => [.. HardData.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_residual_is_no_less_than_what_codes_leave_out(HardKind kind)
    {
        foreach (int dimension in new[] { 1, 3, 16, 37, 100 })
        {
            foreach (float[] row in new HardData(kind, dimension, 5).Take(RowsOfKind))
            {
                var (terms, codes) = Encode(BoundForm.Distance, row);
                Assert.InRange(codes.Min(), -127, 127);
                Assert.Equal(codes.Sum(code => code * code), terms.Norm);
                if (float.IsPositiveInfinity(terms.Residual))
                    continue;
                var residual = ExactNumbers.Of(terms.Residual);
                Assert.True(Left(row, terms.Scale, codes) <= residual * residual, $"{kind}, dimension {dimension}: {terms}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_residual_of_a_direction_is_no_less_than_what_codes_leave_out(HardKind kind)
    {
        foreach (int dimension in new[] { 1, 3, 16, 37 })
        {
            foreach (float[] row in new HardData(kind, dimension, 6).Take(RowsOfKind))
            {
                var (terms, codes) = Encode(BoundForm.Angle, row);
                if (float.IsPositiveInfinity(terms.Residual))
                    continue;

                // |x / |x| - s c| <= r, without a root: N (1 + s^2 C - r^2) <= 2 s (x c) sqrt(N), where N = |x|^2.
                BigInteger one = BigInteger.One << ExactNumbers.Shift, scale = ExactNumbers.Of(terms.Scale), residual = ExactNumbers.Of(terms.Residual);
                BigInteger squares = 0, dot = 0;
                for (int j = 0; j < row.Length; j++)
                {
                    squares += ExactNumbers.Of(row[j]) * ExactNumbers.Of(row[j]);
                    dot += ExactNumbers.Of(row[j]) * codes[j];
                }

                var left = squares * ((one * one) + (scale * scale * terms.Norm) - (residual * residual));
                var right = 2 * scale * one * dot;
                bool holds = left.Sign <= 0 ? right.Sign >= 0 || left * left >= right * right * squares : right.Sign >= 0 && left * left <= right * right * squares;
                Assert.True(holds, $"{kind}, dimension {dimension}: {terms}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_norm_for_products_is_no_less_than_that_of_the_codes(HardKind kind)
    {
        foreach (float[] row in new HardData(kind, 37, 7).Take(RowsOfKind))
        {
            var (terms, codes) = Encode(BoundForm.Product, row);
            if (float.IsPositiveInfinity(terms.Residual))
                continue;
            BigInteger scale = ExactNumbers.Of(terms.Scale), norm = ExactNumbers.Of(BitConverter.Int32BitsToSingle(terms.Norm));
            Assert.True(scale * scale * codes.Sum(code => code * code) <= norm * norm, $"{kind}: {terms}");
        }
    }

    [Fact]
    public void A_residual_rounded_down_would_be_too_small()
    {
        int below = 0;
        foreach (float[] row in new HardData(HardKind.Normal, 37, 8).Take(RowsOfKind))
        {
            var (terms, codes) = Encode(BoundForm.Distance, row);
            var exact = Left(row, terms.Scale, codes);
            double computed = Math.Sqrt(row.Zip(codes, (x, c) => Math.Pow(x - ((double)terms.Scale * c), 2)).Sum());
            float down = (float)computed > computed ? MathF.BitDecrement((float)computed) : (float)computed;
            below += ExactNumbers.Of(down) * ExactNumbers.Of(down) < exact ? 1 : 0;
        }

        Assert.True(below > RowsOfKind / 2, $"{below} of {RowsOfKind}");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_row_that_is_not_finite_is_never_pruned(float value)
    {
        float[] row = new float[40];
        row[7] = value;
        foreach (var form in new[] { BoundForm.Distance, BoundForm.Angle, BoundForm.Product })
            Assert.False(float.IsFinite(Encode(form, row).Terms.Residual));
    }

    [Fact]
    public void Norms_outside_the_proven_range_are_never_pruned()
    {
        float[] row = new float[40];
        Assert.True(float.IsPositiveInfinity(Encode(BoundForm.Angle, row).Terms.Residual));
        row[0] = 1e-13f;
        Assert.True(float.IsPositiveInfinity(Encode(BoundForm.Angle, row).Terms.Residual));
        row[0] = 1e13f;
        Assert.True(float.IsPositiveInfinity(Encode(BoundForm.Angle, row).Terms.Residual));
        Assert.True(float.IsFinite(Encode(BoundForm.Product, row).Terms.Residual));
        row[0] = 1e19f;
        Assert.True(float.IsPositiveInfinity(Encode(BoundForm.Product, row).Terms.Residual));
        Assert.True(float.IsFinite(Encode(BoundForm.Distance, row).Terms.Residual));
    }

    private static (RowTerms Terms, int[] Codes) Encode(BoundForm form, float[] row)
    {
        int stride = PreparedQuery.StrideOf(row.Length);
        float[] padded = new float[stride];
        row.CopyTo(padded, 0);
        var codes = new sbyte[stride + 64];
        codes.AsSpan().Fill(77);
        fixed (float* components = padded)
        fixed (sbyte* start = codes)
        {
            var terms = RowEncoder.Encode(form, components, stride, start, codes.Length);
            Assert.All(codes[row.Length..], code => Assert.Equal(0, code));
            return (terms, [.. codes[..row.Length].Select(code => (int)code)]);
        }
    }

    private static BigInteger Left(float[] row, float scale, int[] codes)
    {
        BigInteger sum = 0, step = ExactNumbers.Of(scale);
        for (int j = 0; j < row.Length; j++)
        {
            var rest = ExactNumbers.Of(row[j]) - (step * codes[j]);
            sum += rest * rest;
        }

        return sum;
    }
}

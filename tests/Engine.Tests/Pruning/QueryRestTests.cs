using System.Numerics;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Pruning;

namespace IqdbFlat.Engine.Tests.Pruning;

/// <summary>What is proven of a query that is coded twice, held against exact arithmetic.</summary>
public unsafe class QueryRestTests
{
    private const int QueriesOfKind = 100;

    public static TheoryData<HardKind> Kinds => [.. HardData.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_residual_is_no_less_than_what_both_codes_leave_out(HardKind kind)
    {
        foreach (int dimension in new[] { 1, 3, 16, 37, 100 })
        {
            foreach (float[] vector in new HardData(kind, dimension, 9).Take(QueriesOfKind))
            {
                var (rest, scale, codes) = Rest(vector);
                if (!double.IsFinite(rest.Residual))
                    continue;
                float own = (float)(rest.Ratio * scale);
                BigInteger left = 0, norm = 0;
                for (int j = 0; j < dimension; j++)
                {
                    var coded = (ExactNumbers.Of(scale) * codes[j]) + (ExactNumbers.Of(own) * rest.Codes[j]);
                    norm += coded * coded;
                    left += BigInteger.Pow(ExactNumbers.Of(vector[j]) - coded, 2);
                }

                var residual = ExactNumbers.Of((float)rest.Residual);
                Assert.True(left <= residual * residual, $"{kind}, dimension {dimension}: {rest.Residual}");
                Assert.True(Math.ScaleB(rest.Squares, 2 * ExactNumbers.Shift) <= (double)norm, $"{kind}, dimension {dimension}: {rest.Squares}");
            }
        }
    }

    [Fact]
    public void The_residual_is_a_hundred_times_smaller_than_that_of_one_code()
    {
        foreach (float[] vector in new HardData(HardKind.Normal, 100, 10).Take(QueriesOfKind))
        {
            var code = new QueryCode(new PreparedQuery(Metric.Euclidean, vector), new CodeLayout(vector.Length, 64, BoundForm.Distance));
            double one = code.LimitOf(1) - code.CentreLimitOf(1);
            Assert.InRange(code.Rest.Residual, 0, one / 100);
        }
    }

    [Fact]
    public void A_query_of_zeros_has_no_rest()
    {
        var (rest, _, _) = Rest(new float[40]);
        Assert.True(double.IsPositiveInfinity(rest.Residual));
    }

    private static (QueryRest Own, float Scale, sbyte[] Codes) Rest(float[] vector)
    {
        var query = new PreparedQuery(Metric.Euclidean, vector);
        var layout = new CodeLayout(Math.Max(vector.Length, CodeLayout.LeastDimension), 64, BoundForm.Distance);
        var codes = new QueryCodes(layout.Stride);
        fixed (float* components = query.Padded)
        {
            var terms = codes.Encode(layout.Form, components, query.Stride);
            return (new QueryRest(query, layout, codes, terms.Scale, 1), terms.Scale, codes.Alone.ToArray());
        }
    }
}

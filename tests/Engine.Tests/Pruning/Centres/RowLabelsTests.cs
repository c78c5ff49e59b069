using System.Numerics;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Pruning;
using IqdbFlat.Engine.Pruning.Centres;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Tests.Pruning.Centres;

/// <summary>The certificate of a label, held against exact arithmetic, and the comparison with it.</summary>
public unsafe class RowLabelsTests
{
    private const int Stride = 48;

    public static TheoryData<HardKind> Kinds => [.. HardData.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_radius_is_no_less_than_the_distance_from_the_centre(HardKind kind)
    {
        float[][] rows = [.. new HardData(kind, Stride, 95).Take(200)];
        var points = new CentrePoints([.. rows[0], .. rows[1]], Stride);
        int finite = 0;
        foreach (float[] row in rows)
        {
            for (int centre = 0; centre < 2; centre++)
            {
                float radius;
                fixed (float* vector = row)
                    radius = RowLabels.RadiusOf(RowLabels.HalfUp(points.Radius(BoundForm.Distance, vector, centre)));
                if (float.IsPositiveInfinity(radius))
                    continue;
                finite++;
                BigInteger squares = 0, exact = ExactNumbers.Of(radius);
                for (int j = 0; j < Stride; j++)
                    squares += BigInteger.Pow(ExactNumbers.Of(row[j]) - ExactNumbers.Of(rows[centre][j]), 2);
                Assert.True(squares <= exact * exact, $"{kind}: {radius:R}");
            }
        }

        Assert.True(finite > 0 || kind == HardKind.AnyBits, $"{kind}: no radius was finite");
    }

    [Fact]
    public void The_upper_half_of_a_radius_is_the_least_that_is_no_less()
    {
        var random = new Random(96);
        for (int i = 0; i < 10_000; i++)
        {
            float radius = MathF.Abs(BitConverter.Int32BitsToSingle(random.Next()));
            ushort half = RowLabels.HalfUp(radius);
            if (!float.IsFinite(radius))
            {
                Assert.Equal(float.PositiveInfinity, RowLabels.RadiusOf(half));
                continue;
            }

            Assert.True(RowLabels.RadiusOf(half) >= radius);
            Assert.True(half == 0 || RowLabels.RadiusOf((ushort)(half - 1)) < radius);
        }
    }

    [Fact]
    public void A_row_is_out_where_its_radius_is_below_the_limit_of_its_centre_and_not_where_they_are_equal()
    {
        const int Rows = 128;
        var segments = new SegmentLayout(Stride, BoundForm.Distance);
        var layout = segments.Codes;
        var data = new HardData(HardKind.Normal, Stride, 97);
        float[] rows = [.. data.Take(Rows).SelectMany(row => row)];
        float[] points = [.. data.Take(CentreModel.Centres).SelectMany(row => row)];
        var model = new CentreModel(BoundForm.Distance, points, new RowSketch(Stride), Stride);
        byte[] codes = new byte[layout.BytesFor(Rows)];
        fixed (float* vectors = rows)
        fixed (byte* blocks = codes)
        {
            for (int row = 0; row < Rows; row++)
                CodeBlocks.Write(blocks, layout, row, vectors + (row * Stride), Stride);
            var labels = RowLabels.Make(model, segments, vectors, blocks, Rows);
            for (int row = 0; row < Rows; row++)
            {
                int own = row;
                var (centre, radius) = labels[row];
                Assert.Equal(RowLabels.RadiusOf(RowLabels.HalfUp(model.Points.Radius(BoundForm.Distance, vectors + (row * Stride), centre))), radius);
                float[] limits = [.. Enumerable.Range(0, CentreModel.Centres).Select(i => i == centre ? radius : float.NegativeInfinity)];
                Assert.False(IsOut());
                limits[centre] = MathF.BitIncrement(radius);
                Assert.True(IsOut());
                limits[centre] = float.NaN;
                Assert.False(IsOut());

                // By eights and one by one.
                bool IsOut()
                {
                    bool wide = ((labels.Out(own & ~63, 64, limits) >> (own & 63)) & 1) != 0;
                    Assert.Equal(wide, labels.Out(own, 1, limits) != 0);
                    return wide;
                }
            }
        }
    }

    [Fact]
    public void Without_slack_a_comparison_that_is_not_strict_would_lose_a_tie()
    {
        // On a line: the row lies between the query and the centre, so that the distances add up without any rest.
        float[] query = new float[Stride], row = new float[Stride], centre = new float[Stride];
        row[0] = 6;
        centre[0] = 10;
        var prepared = new PreparedQuery(Metric.Euclidean, query);
        float distance = CanonicalDistance.Compute(Metric.Euclidean, query, row);
        var code = new QueryCode(prepared, new CodeLayout(Stride, 64, BoundForm.Distance));
        var points = new CentrePoints(centre, Stride);
        Assert.Equal(6, distance);
        fixed (float* vector = row, origin = query)
        {
            Assert.Equal(10, points.Distance(origin, 0, 1));
            Assert.Equal(10 - distance, points.Distance(vector, 0, 1));
        }

        float limit = code.LimitsOf(prepared, points).For(DistanceOrder.KeyOf(distance), code.CentreLimitOf(distance))[0];
        Assert.True(limit < 4, $"{limit:R}");
        float nearer = code.LimitsOf(prepared, points).For(DistanceOrder.KeyOf(5.9f), code.CentreLimitOf(5.9f))[0];
        Assert.True(nearer > 4, $"{nearer:R}");
    }
}

using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Tests.Metrics;

public class ReferenceDistanceTests
{
    private const uint CanonicalNaN = 0x7FC00000;

    [Theory]
    [InlineData(Metric.Euclidean, 5.0f)]
    [InlineData(Metric.SquaredEuclidean, 25.0f)]
    [InlineData(Metric.DotProduct, -11.0f)]
    [InlineData(Metric.Manhattan, 7.0f)]
    [InlineData(Metric.Hamming, 2.0f)]
    public void Small_integers_give_the_textbook_distance(Metric metric, float expected) =>
        Assert.Equal(expected, ReferenceDistance.Compute(metric, [1, 2, 8], metric == Metric.DotProduct ? [5, 3, 0] : [4, 6, 8]));

    [Fact]
    public void Cosine_of_opposite_vectors_is_two() => Assert.Equal(2.0f, ReferenceDistance.Compute(Metric.Cosine, [3, 4], [-3, -4]));

    [Fact]
    public void A_zero_vector_is_one_away_from_everything_by_cosine()
    {
        Assert.Equal(1.0f, ReferenceDistance.Compute(Metric.Cosine, [0, 0], [0, 0]));
        Assert.Equal(1.0f, ReferenceDistance.Compute(Metric.Cosine, [0, 0], [3, 4]));
    }

    [Fact]
    public void A_denominator_at_the_floor_counts_as_zero()
    {
        // sqrt(2^-126) * sqrt(2^-126) is 2^-126 itself: not above the floor. One step more is.
        float floorRoot = MathF.ScaleB(1, -63);
        Assert.Equal(1.0f, ReferenceDistance.Compute(Metric.Cosine, [floorRoot], [floorRoot]));
        Assert.Equal(0.0f, ReferenceDistance.Compute(Metric.Cosine, [floorRoot], [2 * floorRoot]));
    }

    [Fact]
    public void A_denominator_that_is_not_a_number_counts_as_zero() =>
        Assert.Equal(1.0f, ReferenceDistance.Compute(Metric.Cosine, [1e30f], [0.0f]));

    [Fact]
    public void A_zero_product_gives_negative_zero()
    {
        Assert.Equal(0x80000000, Bits(ReferenceDistance.Compute(Metric.DotProduct, [1, 0], [0, 1])));
        Assert.Equal(0x80000000, Bits(ReferenceDistance.Compute(Metric.DotProduct, [0.0f], [-0.0f])));
    }

    [Fact]
    public void Lanes_that_underflow_to_negative_zero_give_the_same_zero()
    {
        // Every lane ends at -0.0, so the fold does, and only the added +0.0 makes the distance the -0.0 of every zero product.
        float[] query = Enumerable.Repeat(1e-30f, 16).ToArray();
        float[] row = Enumerable.Repeat(-1e-30f, 16).ToArray();
        Assert.Equal(0x80000000, Bits(ReferenceDistance.Compute(Metric.DotProduct, query, row)));
    }

    [Fact]
    public void Hamming_tells_the_zeros_apart() => Assert.Equal(1.0f, ReferenceDistance.Compute(Metric.Hamming, [0.0f, 1], [-0.0f, 1]));

    [Fact]
    public void Squares_that_overflow_are_an_infinite_distance()
    {
        Assert.Equal(float.PositiveInfinity, ReferenceDistance.Compute(Metric.Euclidean, [1e20f], [-1e20f]));
        Assert.Equal(float.NegativeInfinity, ReferenceDistance.Compute(Metric.DotProduct, [1e20f], [1e20f]));
    }

    [Fact]
    public void Infinities_that_cancel_are_the_positive_quiet_NaN()
    {
        Assert.Equal(CanonicalNaN, Bits(ReferenceDistance.Compute(Metric.DotProduct, [1e20f, 1e20f], [1e20f, -1e20f])));
        Assert.Equal(CanonicalNaN, Bits(ReferenceDistance.Compute(Metric.Cosine, [1e20f], [1e20f])));
    }

    [Fact]
    public void The_fold_adds_lanes_eight_apart_first()
    {
        // Lanes 0 and 8 cancel before lane 1 is added; any other order loses the 1 or the small part.
        float[] row = new float[16];
        row[0] = 1e8f;
        row[8] = -1e8f;
        row[1] = 1;
        row[9] = 1e-3f;
        float[] ones = Enumerable.Repeat(1.0f, 16).ToArray();
        Assert.Equal(-(1 + 1e-3f), ReferenceDistance.Compute(Metric.DotProduct, ones, row));
    }

    [Fact]
    public void The_product_is_not_rounded_before_it_is_added()
    {
        // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24: rounded first, the last term is lost.
        float a = 1 + MathF.ScaleB(1, -12);
        float[] query = new float[17];
        float[] row = new float[17];
        query[0] = 1;
        row[0] = -(1 + MathF.ScaleB(1, -11));
        query[16] = a;
        row[16] = a;
        Assert.Equal(-MathF.ScaleB(1, -24), ReferenceDistance.Compute(Metric.DotProduct, query, row));
    }

    private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);
}

using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Tests.Metrics;

public class CanonicalDistanceTests
{
    [Theory]
    [InlineData(Components.Normal)]
    [InlineData(Components.AnyFinite)]
    public void Slices_of_arrays_at_any_offset_give_the_bits_of_the_reference(Components components)
    {
        Random random = new(11);
        float[] left = SampleVectors.Make(random, components, 90);
        float[] right = SampleVectors.Make(random, components, 90);
        foreach (Metric metric in Enum.GetValues<Metric>())
        {
            for (int i = 0; i < 200; i++)
            {
                int length = random.Next(1, 70);
                ReadOnlySpan<float> query = left.AsSpan(random.Next(0, 20), length);
                ReadOnlySpan<float> row = right.AsSpan(random.Next(0, 20), length);
                Assert.Equal(Bits(ReferenceDistance.Compute(metric, query, row)), Bits(CanonicalDistance.Compute(metric, query, row)));
            }
        }
    }

    [Fact]
    public void Infinite_and_NaN_components_give_the_bits_of_the_reference()
    {
        // An index refuses them; a distance by itself still has one answer.
        float[] specials = [float.NaN, BitConverter.UInt32BitsToSingle(0x7F800001), float.PositiveInfinity, float.NegativeInfinity, 0, 1];
        foreach (Metric metric in Enum.GetValues<Metric>())
        {
            foreach (float a in specials)
            {
                foreach (float b in specials)
                {
                    Assert.Equal(Bits(ReferenceDistance.Compute(metric, [a, 2], [b, 3])), Bits(CanonicalDistance.Compute(metric, [a, 2], [b, 3])));
                }
            }
        }
    }

    [Fact]
    public void Lengths_that_differ_are_refused_with_both()
    {
        FlatIndexException error = Assert.Throws<FlatIndexException>(() => CanonicalDistance.Compute(Metric.Euclidean, [1, 2, 3], [1, 2]));
        Assert.Equal(FlatErrorKind.DimensionMismatch, error.Kind);
        Assert.Equal(3, error.Error.Expected);
        Assert.Equal(2, error.Error.Found);
    }

    [Fact]
    public void Empty_vectors_and_unknown_metrics_are_refused()
    {
        Assert.Equal(FlatErrorKind.InvalidConfig, Assert.Throws<FlatIndexException>(() => CanonicalDistance.Compute(Metric.Euclidean, [], [])).Kind);
        Assert.Equal(FlatErrorKind.InvalidConfig, Assert.Throws<FlatIndexException>(() => CanonicalDistance.Compute((Metric)77, [1], [1])).Kind);
    }

    private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);
}

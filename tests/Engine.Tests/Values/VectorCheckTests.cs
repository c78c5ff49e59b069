namespace IqdbFlat.Engine.Tests.Values;

public class VectorCheckTests
{
    [Fact]
    public void The_dimension_is_checked_before_the_components()
    {
        var error = Assert.Throws<FlatIndexException>(() => VectorCheck.Check([float.NaN, 1], 3)).Error;
        Assert.Equal((FlatErrorKind.DimensionMismatch, 3L, 2L), (error.Kind, error.Expected, error.Found));
    }

    [Fact]
    public void The_first_bad_component_is_named_at_every_place_of_every_length()
    {
        foreach (float bad in new[] { float.NaN, -float.NaN, BitConverter.UInt32BitsToSingle(0x7F80_0001), float.PositiveInfinity, float.NegativeInfinity })
        {
            for (int length = 1; length <= 70; length++)
            {
                for (int place = 0; place < length; place++)
                {
                    var vector = Finite(length);
                    vector[place] = bad;
                    vector[length - 1] = bad;
                    Assert.Equal(place, VectorCheck.IndexOfNonFinite(vector));
                }
            }
        }

        var error = Assert.Throws<FlatIndexException>(() => VectorCheck.Check([1, 2, float.NegativeInfinity, float.NaN], 4));
        Assert.Equal(FlatErrorKind.InvalidVector, error.Kind);
        Assert.Contains("found -Infinity at component 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_finite_float_passes()
    {
        for (int length = 0; length <= 70; length++)
            VectorCheck.Check(Finite(length), length);
    }

    private static float[] Finite(int length)
    {
        float[] awkward = [0f, -0f, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, 1f];
        return [.. Enumerable.Range(0, length).Select(i => awkward[i % awkward.Length])];
    }
}

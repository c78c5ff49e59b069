using IqdbFlat.Cli.Numerics;

namespace IqdbFlat.Cli.Tests.Numerics;

public class OrthogonalMixTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(100)]
    [InlineData(192)]
    public void The_images_of_the_axes_are_orthonormal(int dimension)
    {
        float[][] images = Images(dimension);
        for (int i = 0; i < dimension; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double dot = images[i].Zip(images[j], (a, b) => (double)a * b).Sum();
                Assert.Equal(i == j ? 1 : 0, dot, 1e-5);
            }
        }
    }

    [Fact]
    public void Every_axis_is_spread_over_all_others() =>
        Assert.All(Images(768), image => Assert.InRange(image.Max(Math.Abs), 0, 0.3f));

    private static float[][] Images(int dimension)
    {
        var mix = new OrthogonalMix(dimension, new Xoshiro256(1));
        float[] spare = new float[dimension];
        var images = new float[dimension][];
        for (int i = 0; i < dimension; i++)
        {
            images[i] = new float[dimension];
            images[i][i] = 1;
            mix.Apply(images[i], spare);
        }

        return images;
    }
}

using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Tests.TopK;

public class SquareOrderTests
{
    private static readonly float[] Corners =
    [
        0, float.Epsilon, 2 * float.Epsilon, 1.17549421e-38f, 1.17549435e-38f, 1e-30f, 1e-23f, 3e-23f, 1e-19f, 0.99999994f, 1, 1.0000001f, 1.5f, 2, 3,
        16_777_216, 1e19f, 1.8446743e19f, 1.8446744e19f, 1e20f, 1e38f, float.MaxValue, float.PositiveInfinity, BitConverter.UInt32BitsToSingle(0x7FC00000),
    ];

    /// <summary>No distance, but bounds that a caller may set.</summary>
    private static readonly float[] Below = [-0f, -float.Epsilon, -1, float.MinValue, float.NegativeInfinity];

    [Fact]
    public void A_square_is_within_the_limit_exactly_where_its_root_is_within_the_distance()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int i = 0; i < 200_000; i++)
        {
            float distance = i < Corners.Length ? Corners[i] : AnyPositive(random);
            uint key = DistanceOrder.KeyOf(distance);
            uint limit = SquareOrder.LimitOf(key);
            foreach (float square in Squares(distance, random))
            {
                bool within = DistanceOrder.KeyOf(SquareOrder.DistanceOf(square)) <= key;
                if (within != DistanceOrder.KeyOf(square) <= limit)
                    Assert.Fail($"seed {seed}: distance {distance:R}, square {square:R}, within: {within}");
            }
        }
    }

    [Fact]
    public void A_bound_below_zero_lets_no_square_in_and_zero_only_zero()
    {
        foreach (float bound in Below)
        {
            uint limit = SquareOrder.LimitOf(DistanceOrder.KeyOf(bound));
            Assert.All(Corners, square => Assert.True(DistanceOrder.KeyOf(square) > limit, $"bound {bound:R}, square {square:R}"));
        }

        Assert.Equal(DistanceOrder.KeyOf(0f), SquareOrder.LimitOf(DistanceOrder.KeyOf(0f)));
    }

    [Fact]
    public void Before_k_rows_are_held_every_square_is_within_the_limit()
    {
        Assert.Equal(uint.MaxValue, SquareOrder.LimitOf(uint.MaxValue));
        Assert.Equal(0x7FC00000u, BitConverter.SingleToUInt32Bits(SquareOrder.DistanceOf(BitConverter.UInt32BitsToSingle(0x7FC00000))));
    }

    /// <summary>The floats about the square, where the limit must lie, and some from anywhere.</summary>
    private static IEnumerable<float> Squares(float distance, Random random)
    {
        float square = Math.Min(distance * distance, float.MaxValue);
        float below = square, above = square;
        for (int i = 0; i < 4 && square >= 0; i++)
        {
            yield return above;
            yield return Math.Max(below, 0);
            (below, above) = (MathF.BitDecrement(below), MathF.BitIncrement(above));
        }

        foreach (float corner in random.Next(100) == 0 ? Corners : [])
            yield return corner;
        yield return AnyPositive(random);
    }

    private static float AnyPositive(Random random) => BitConverter.UInt32BitsToSingle((uint)random.Next(0x7F800001));
}

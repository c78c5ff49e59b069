using System.Runtime.Intrinsics;
using CsCheck;
using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Tests.Metrics;

public class ExactFmaTests
{
    private const int Seed = 20_261_123;

    [Fact]
    public void Any_bits_give_what_the_platform_gives()
    {
        Random random = new(Seed);
        for (int i = 0; i < 1_500_000; i++)
        {
            Check(AnyBits(random), AnyBits(random), AnyBits(random));
        }
    }

    [Fact]
    public void Addends_near_the_product_give_what_the_platform_gives()
    {
        // Random bits seldom meet: here the addend lies within some 60 powers of two of the product, where rounding is decided.
        Random random = new(Seed);
        for (int i = 0; i < 1_500_000; i++)
        {
            float a = Scaled(random, random.Next(-90, 64));
            float b = Scaled(random, random.Next(-90, 64));
            float c = (float)((double)a * b * Math.ScaleB(random.NextDouble() - 0.5, random.Next(-30, 30)));
            Check(a, b, c);
        }
    }

    [Fact]
    public void Ties_and_nearly_ties_round_once()
    {
        // Products whose low bits end exactly at, just above and just below half a unit in the last place of the sum.
        float[] factors = [1.0f, 1.5f, 1 + Ulp(-23), 1 + Ulp(-12), 1 - Ulp(-24), 1 + Ulp(-11), 3, 5, Ulp(-12), Ulp(-24), Ulp(-25), 1 - Ulp(-12)];
        float[] addends = [0, Ulp(-149), Ulp(-126), Ulp(-100), Ulp(-60), Ulp(-48), Ulp(-30), Ulp(-25), Ulp(-24), 0.5f, 1, 2, Ulp(23), Ulp(24), Ulp(25), 1 + Ulp(-23)];
        foreach (float a in factors)
        {
            foreach (float b in factors)
            {
                foreach (float c in addends)
                {
                    Check(a, b, c);
                    Check(-a, b, c);
                    Check(a, b, -c);
                    Check(-a, b, -c);
                }
            }
        }
    }

    [Fact]
    public void Edges_of_the_range_give_what_the_platform_gives()
    {
        uint[] edges =
        [
            0x00000000, 0x00000001, 0x00000002, 0x00000003, 0x007FFFFF, 0x00800000, 0x00800001, 0x3F7FFFFF, 0x3F800000, 0x3F800001, 0x34000000, 0x33800000,
            0x7F7FFFFF, 0x7F7FFFFE, 0x7F000000, 0x5F800000, 0x5F7FFFFF, 0x20000000, 0x1FFFFFFF, 0x7F800000, 0x7FC00000, 0x7F800001,
        ];
        float[] values = [.. edges.Select(BitConverter.UInt32BitsToSingle), .. edges.Select(bits => BitConverter.UInt32BitsToSingle(bits | 0x80000000))];
        foreach (float a in values)
        {
            foreach (float b in values)
            {
                foreach (float c in values)
                {
                    Check(a, b, c);
                }
            }
        }
    }

    [Fact]
    public void Results_that_are_subnormal_round_once()
    {
        Random random = new(Seed);
        for (int i = 0; i < 1_000_000; i++)
        {
            float a = Scaled(random, random.Next(-80, -50));
            float b = Scaled(random, random.Next(-80, -50));
            float c = BitConverter.UInt32BitsToSingle((uint)random.Next(0, 1 << 12) | ((uint)random.Next(2) << 31));
            Check(a, b, c);
        }
    }

    [Fact]
    public void Shrunk_counterexamples_are_what_a_failure_shows() =>
        Gen.Select(Gen.Float, Gen.Float, Gen.Float).Sample((a, b, c) => Check(a, b, c), iter: 200_000);

    private static void Check(float a, float b, float c)
    {
        float expected = MathF.FusedMultiplyAdd(a, b, c);
        Same(expected, ExactFma.Compute(a, b, c), a, b, c);

        // Every lane apart, with something else in the others.
        Vector128<float> vector = ExactFma.Compute(Vector128.Create(a, c, a, b), Vector128.Create(b, a, b, c), Vector128.Create(c, b, c, a));
        Same(expected, vector[0], a, b, c);
        Same(expected, vector[2], a, b, c);
        Same(MathF.FusedMultiplyAdd(c, a, b), vector[1], c, a, b);
        Same(MathF.FusedMultiplyAdd(b, c, a), vector[3], b, c, a);
    }

    private static void Same(float expected, float found, float a, float b, float c)
    {
        bool same = float.IsNaN(expected)
            ? float.IsNaN(found)
            : BitConverter.SingleToUInt32Bits(expected) == BitConverter.SingleToUInt32Bits(found);
        if (!same)
        {
            Assert.Fail($"fma({a:R}, {b:R}, {c:R}): expected {expected:R}, found {found:R}");
        }
    }

    private static float AnyBits(Random random) => BitConverter.Int32BitsToSingle((int)random.NextInt64(0, 1L << 32));

    private static float Scaled(Random random, int exponent) => MathF.ScaleB((random.NextSingle() * 2) - 1, exponent);

    private static float Ulp(int exponent) => MathF.ScaleB(1, exponent);
}

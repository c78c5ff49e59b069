namespace IqdbFlat.Engine.Tests.Metrics;

/// <summary>Components that exercise one part of the arithmetic each.</summary>
public enum Components
{
    /// <summary>Standard normal: every sum is inexact.</summary>
    Normal,

    /// <summary>Small integers: every sum is exact, ties abound.</summary>
    Integer,

    /// <summary>Squares overflow to infinity; infinities meet and make NaN.</summary>
    Huge,

    /// <summary>Every value and most results below the normal range.</summary>
    Subnormal,

    /// <summary>Zeros of either sign and a few ones.</summary>
    SignedZero,

    /// <summary>Any finite bits.</summary>
    AnyFinite,

    /// <summary>Products that underflow, so that lanes can end at -0.0.</summary>
    Tiny,
}

/// <summary>Vectors of <see cref="Components"/>, the same for the same seed.</summary>
internal static class SampleVectors
{
    public static float[] Make(Random random, Components kind, int length)
    {
        float[] vector = new float[length];
        for (int j = 0; j < length; j++)
        {
            vector[j] = Component(random, kind);
        }

        return vector;
    }

    private static float Component(Random random, Components kind) => kind switch
    {
        Components.Normal => Normal(random),
        Components.Integer => random.Next(-9, 10),
        Components.Huge => Normal(random) * 1e19f,
        Components.Subnormal => BitConverter.UInt32BitsToSingle((uint)random.Next(0, 0x00800000) | ((uint)random.Next(2) << 31)),
        Components.SignedZero => random.Next(8) switch { 0 => 1.0f, 1 => -1.0f, < 5 => 0.0f, _ => -0.0f },
        Components.AnyFinite => AnyFinite(random),
        Components.Tiny => Normal(random) * 1e-30f,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    private static float AnyFinite(Random random)
    {
        while (true)
        {
            float value = BitConverter.Int32BitsToSingle((int)random.NextInt64(0, 1L << 32));
            if (float.IsFinite(value))
            {
                return value;
            }
        }
    }
}

using System.Numerics;

namespace IqdbFlat.Engine.Tests.Pruning;

/// <summary>Floats as what they are: integers times 2^-149.</summary>
internal static class ExactNumbers
{
    /// <summary>The bits below the unit: 1.0 is 2^149 of them.</summary>
    public const int Shift = 149;

    public static BigInteger Of(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        int exponent = (int)((bits >> 23) & 0xFF);
        BigInteger magnitude = bits & 0x007F_FFFF;
        if (exponent > 0)
            magnitude = (magnitude | 0x0080_0000) << (exponent - 1);
        return float.IsNegative(value) ? -magnitude : magnitude;
    }
}

namespace IqdbFlat.Cli.Numerics;

/// <summary>
/// The natural logarithm from additions, multiplications and divisions alone, which IEEE 754 fixes to the bit. The runtime's own comes from
/// each platform's library and may differ in the last bit, and what is generated from a seed must not.
/// </summary>
internal static class PortableLog
{
    private const double Ln2 = 0.693147180559945309417232121458;
    private const double SqrtHalf = 0.70710678118654752440;
    private const int ExponentBias = 1022;

    /// <summary>
    /// ln(x) for a positive normal x, within a few units in the last place: x = m * 2^e with m in [sqrt(1/2), sqrt(2)), and
    /// ln(m) = 2 artanh((m - 1) / (m + 1)) by its series.
    /// </summary>
    public static double Of(double x)
    {
        if (!(x >= 2.2250738585072014e-308) || double.IsInfinity(x))
            throw new ArgumentOutOfRangeException(nameof(x), x, "expected a positive normal number");
        ulong bits = BitConverter.DoubleToUInt64Bits(x);
        int exponent = (int)(bits >> 52) - ExponentBias;
        double mantissa = BitConverter.UInt64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFFUL) | 0x3FE0_0000_0000_0000UL);
        if (mantissa < SqrtHalf)
        {
            mantissa *= 2;
            exponent--;
        }

        // |z| is below 0.1716, so that the first term left out, z^25 / 25, is below one part in 2^65 of the sum.
        double z = (mantissa - 1) / (mantissa + 1);
        double w = z * z;
        double series = 1.0 / 23;
        series = (series * w) + (1.0 / 21);
        series = (series * w) + (1.0 / 19);
        series = (series * w) + (1.0 / 17);
        series = (series * w) + (1.0 / 15);
        series = (series * w) + (1.0 / 13);
        series = (series * w) + (1.0 / 11);
        series = (series * w) + (1.0 / 9);
        series = (series * w) + (1.0 / 7);
        series = (series * w) + (1.0 / 5);
        series = (series * w) + (1.0 / 3);
        series = (series * w) + 1;
        return (exponent * Ln2) + (2 * z * series);
    }
}

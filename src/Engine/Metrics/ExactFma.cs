using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IqdbFlat.Engine.Metrics;

/// <summary>The fused multiply-add for processors that have none: a*b + c with a single rounding, to the bit.</summary>
/// <remarks>
/// The product of two floats is exact in double (24 + 24 bits of 53, exponents far inside the range). The sum in double is rounded to
/// odd: where it is inexact and its last bit is even, it moves one step towards the part that was cut off. Rounding that to float then
/// equals rounding the exact sum, because double keeps more than two bits beyond float's 24, subnormals included.
/// </remarks>
internal static class ExactFma
{
    /// <summary>a*b + c, rounded once to nearest even.</summary>
    public static float Compute(float a, float b, float c)
    {
        double product = (double)a * b;
        double sum = product + c;

        // Knuth's two-sum: what the rounding of the sum cut off, exactly. NaN where an infinity takes part, and then nothing is mended.
        double part = sum - product;
        double rest = (product - (sum - part)) + (c - part);
        long bits = BitConverter.DoubleToInt64Bits(sum);
        if ((rest > 0 || rest < 0) && (bits & 1) == 0)
        {
            bits += (rest > 0) == (sum > 0) ? 1 : -1;
        }

        return (float)BitConverter.Int64BitsToDouble(bits);
    }

    /// <summary>The same for four lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Compute(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.Narrow(
        SumToOdd(Vector128.WidenLower(a) * Vector128.WidenLower(b), Vector128.WidenLower(c)),
        SumToOdd(Vector128.WidenUpper(a) * Vector128.WidenUpper(b), Vector128.WidenUpper(c)));

    private static Vector128<double> SumToOdd(Vector128<double> product, Vector128<double> c)
    {
        Vector128<double> sum = product + c;
        Vector128<double> part = sum - product;
        Vector128<double> rest = (product - (sum - part)) + (c - part);
        Vector128<long> bits = sum.AsInt64();

        Vector128<long> inexact = (Vector128.GreaterThan(rest, Vector128<double>.Zero) | Vector128.LessThan(rest, Vector128<double>.Zero)).AsInt64();
        Vector128<long> even = (bits & Vector128<long>.One) - Vector128<long>.One;
        Vector128<long> apart = Vector128.ShiftRightLogical(rest.AsInt64() ^ bits, 63);
        Vector128<long> step = Vector128<long>.One - (apart + apart);
        return (bits + (step & inexact & even)).AsDouble();
    }
}

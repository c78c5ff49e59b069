using System.Globalization;
using System.Numerics;

namespace IqdbFlat.VectorData.Values;

/// <summary>
/// Decimals as text whose order by code points is that of the numbers. A number other than 0 is 0.d1 d2 ... times 10 to the e, d1 not being 0:
/// <c>p</c>, e + 28 in two digits, the digits without zeros at the end, a space. Below 0 it is <c>n</c>, and every digit is its difference from 9, with a tilde for the space. 0
/// is <c>o</c> and a space, between them. The scale follows in two digits, then a minus for a 0 below 0.
/// </summary>
internal static class DecimalText
{
    private const int Shift = 28;
    private const int ScaleLength = 2;

    public static string Order(decimal value)
    {
        if (value == 0)
            return "o ";
        string digits = Mantissa(value).ToString(CultureInfo.InvariantCulture);
        int exponent = digits.Length - value.Scale + Shift;
        string order = exponent.ToString("D2", CultureInfo.InvariantCulture) + digits.TrimEnd('0');
        return value > 0 ? $"p{order} " : string.Create(order.Length + 2, order, static (text, order) =>
        {
            text[0] = 'n';
            for (int i = 0; i < order.Length; i++)
                text[i + 1] = (char)('9' - (order[i] - '0'));
            text[^1] = '~';
        });
    }

    public static string Rest(decimal value) =>
        value.Scale.ToString("D2", CultureInfo.InvariantCulture) + (value == 0 && decimal.IsNegative(value) ? "-" : "");

    /// <summary>The rests of all decimals that are equal to the value.</summary>
    public static IEnumerable<string> Rests(decimal value)
    {
        for (int scale = 0; scale <= Shift; scale++)
        {
            string rest = scale.ToString("D2", CultureInfo.InvariantCulture);
            yield return rest;
            if (value == 0)
                yield return rest + "-";
        }
    }

    public static decimal Parse(string stored)
    {
        bool minus = stored[^1] == '-';
        int end = stored.Length - (minus ? 1 : 0) - ScaleLength;
        byte scale = byte.Parse(stored.AsSpan(end, ScaleLength), NumberStyles.None, CultureInfo.InvariantCulture);
        if (stored[0] == 'o')
            return new decimal(0, 0, 0, minus, scale);
        var order = stored[1..(end - 1)].ToCharArray();
        bool negative = stored[0] == 'n';
        for (int i = 0; negative && i < order.Length; i++)
            order[i] = (char)('9' - (order[i] - '0'));
        int exponent = int.Parse(order.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture) - Shift;
        var mantissa = BigInteger.Parse(order.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture) * BigInteger.Pow(10, exponent + scale - (order.Length - 2));
        return new decimal((int)(uint)(mantissa & uint.MaxValue), (int)(uint)((mantissa >> 32) & uint.MaxValue), (int)(uint)(mantissa >> 64), negative, scale);
    }

    private static BigInteger Mantissa(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        return ((BigInteger)(uint)parts[2] << 64) | ((BigInteger)(uint)parts[1] << 32) | (uint)parts[0];
    }
}

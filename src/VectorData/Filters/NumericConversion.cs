using System.Linq.Expressions;
using System.Numerics;

namespace IqdbFlat.VectorData.Filters;

/// <summary>
/// Comparisons in which .NET widens the property first: a byte, that is compared as an int, an int as a double. The value is brought into the property's type
/// instead, so that the answer is the same.
/// </summary>
internal static class NumericConversion
{
    private static readonly Dictionary<Type, (BigInteger Least, BigInteger Greatest)> Integers = new()
    {
        [typeof(sbyte)] = (sbyte.MinValue, sbyte.MaxValue),
        [typeof(byte)] = (byte.MinValue, byte.MaxValue),
        [typeof(short)] = (short.MinValue, short.MaxValue),
        [typeof(ushort)] = (ushort.MinValue, ushort.MaxValue),
        [typeof(int)] = (int.MinValue, int.MaxValue),
        [typeof(uint)] = (uint.MinValue, uint.MaxValue),
        [typeof(long)] = (long.MinValue, long.MaxValue),
        [typeof(ulong)] = (ulong.MinValue, ulong.MaxValue),
    };

    /// <summary>Whether every value of one type is a value of the other, and each of its own.</summary>
    public static bool IsExact(Type from, Type to)
    {
        if (from == to)
            return true;
        if (Integers.TryGetValue(from, out var narrow))
        {
            if (Integers.TryGetValue(to, out var wide))
                return wide.Least <= narrow.Least && narrow.Greatest <= wide.Greatest;
            int bits = (int)(narrow.Greatest - narrow.Least).GetBitLength();
            return to == typeof(decimal) || (to == typeof(double) && bits <= 32) || (to == typeof(float) && bits <= 16);
        }

        return (from == typeof(Half) && (to == typeof(float) || to == typeof(double))) || (from == typeof(float) && to == typeof(double));
    }

    /// <summary>
    /// The comparison with a value of the property's type that is the same as that of the widened property with the value given; or, where none is, whether it holds
    /// for every property that is not null.
    /// </summary>
    public static (ExpressionType Comparison, object? Value, bool Always) Narrow(ExpressionType comparison, object value, Type property)
    {
        if (value.GetType() == property)
            return (comparison, value, false);
        if (value is float or double or Half)
        {
            double number = Convert.ToDouble(value is Half half ? (double)half : value, null);
            if (double.IsNaN(number))
                return (comparison, null, comparison == ExpressionType.NotEqual);
            if (property == typeof(double))
                return (comparison, number, false);
            if (property == typeof(float) || property == typeof(Half))
                return NarrowFloat(comparison, number, property);
            if (double.IsInfinity(number))
                return (comparison, null, Holds(comparison, double.IsNegativeInfinity(number) ? 1 : -1));
            double floor = Math.Floor(number);
            return NarrowInteger(comparison, new BigInteger(floor), floor == number, property);
        }

        if (value is decimal exact)
        {
            decimal floor = decimal.Floor(exact);
            return NarrowInteger(comparison, new BigInteger(floor), floor == exact, property);
        }

        return NarrowInteger(comparison, BigInteger.Parse(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!, System.Globalization.CultureInfo.InvariantCulture), true, property);
    }

    private static (ExpressionType, object?, bool) NarrowInteger(ExpressionType comparison, BigInteger floor, bool whole, Type property)
    {
        var (least, greatest) = Integers[property];
        if (floor < least)
            return (comparison, null, Holds(comparison, 1));
        if (floor > greatest)
            return (comparison, null, Holds(comparison, -1));
        object value = Convert.ChangeType((decimal)floor, property, System.Globalization.CultureInfo.InvariantCulture);
        if (whole)
            return (comparison, value, false);
        // Between two whole numbers: below it is at or below the lower one, above it is above that.
        return comparison switch
        {
            ExpressionType.LessThan or ExpressionType.LessThanOrEqual => (ExpressionType.LessThanOrEqual, value, false),
            ExpressionType.GreaterThan or ExpressionType.GreaterThanOrEqual => (ExpressionType.GreaterThan, value, false),
            _ => (comparison, null, comparison == ExpressionType.NotEqual),
        };
    }

    private static (ExpressionType, object?, bool) NarrowFloat(ExpressionType comparison, double number, Type property)
    {
        object rounded = property == typeof(float) ? (float)number : (Half)number;
        double back = rounded is float single ? single : (double)(Half)rounded;
        if (back == number)
            return (comparison, rounded, false);
        // The rounded value lies on one side of the number, and no value of the property's type between them.
        bool below = back < number;
        return comparison switch
        {
            ExpressionType.LessThan or ExpressionType.LessThanOrEqual => (below ? ExpressionType.LessThanOrEqual : ExpressionType.LessThan, rounded, false),
            ExpressionType.GreaterThan or ExpressionType.GreaterThanOrEqual => (below ? ExpressionType.GreaterThan : ExpressionType.GreaterThanOrEqual, rounded, false),
            _ => (comparison, null, comparison == ExpressionType.NotEqual),
        };
    }

    /// <summary>Whether a comparison holds for a property that is below (-1) or above (1) the value.</summary>
    private static bool Holds(ExpressionType comparison, int side) => comparison switch
    {
        ExpressionType.NotEqual => true,
        ExpressionType.LessThan or ExpressionType.LessThanOrEqual => side < 0,
        ExpressionType.GreaterThan or ExpressionType.GreaterThanOrEqual => side > 0,
        _ => false,
    };
}

using System.Globalization;
using System.Text.RegularExpressions;
using IqdbFlat.Engine.Values;

namespace IqdbFlat.Engine.Filters;

/// <summary>Numbers in filter text: an Int without a point or exponent, a Float with one.</summary>
internal static partial class FilterNumber
{
    /// <summary>The value that is written, or null and the reason why it is none.</summary>
    public static MetadataValue? Read(string text, out string? reason)
    {
        reason = null;
        if (Integer().IsMatch(text))
        {
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer))
                return integer;
            reason = FormattableString.Invariant($"expected an integer from {long.MinValue} to {long.MaxValue}, found {UnicodeText.Quote(text)}");
        }
        else if (Real().IsMatch(text))
        {
            double real = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            if (double.IsFinite(real))
                return real;
            reason = $"expected a float of 64 bits, found {UnicodeText.Quote(text)}, which is too large";
        }
        else if (text.Length > 1 && text.AsSpan(1).Equals(FilterWords.Infinity, StringComparison.OrdinalIgnoreCase))
        {
            return text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        }
        else
        {
            reason = $"expected a number such as 1, -2.5 or 1e10, found {UnicodeText.Quote(text)}";
        }

        return null;
    }

    /// <summary>A float as <see cref="Read"/> reads it back to the bit, or the word for one that no digits can write.</summary>
    public static string Write(double value)
    {
        if (double.IsNaN(value))
            return FilterWords.NaN;
        if (double.IsInfinity(value))
            return value < 0 ? "-" + FilterWords.Infinity : FilterWords.Infinity;
        string digits = value.ToString("R", CultureInfo.InvariantCulture);
        return digits.AsSpan().ContainsAny('.', 'E') ? digits : digits + ".0";
    }

    [GeneratedRegex(@"\A[+-]?[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Integer();

    [GeneratedRegex(@"\A[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Real();
}

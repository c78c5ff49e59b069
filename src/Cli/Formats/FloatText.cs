using System.Globalization;

namespace IqdbFlat.Cli.Formats;

/// <summary>Floats as text that reads back to the same bits.</summary>
internal static class FloatText
{
    /// <summary>The shortest text that gives the float again; NaN and infinities by their names.</summary>
    public static string Of(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The shortest text that gives the double again and cannot be taken for an integer: 1.0, not 1.</summary>
    public static string Of(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny(".EIN") ? text : text + ".0";
    }
}

using System.Globalization;
using System.Text;

namespace IqdbFlat.Engine.Values;

/// <summary>Which .NET strings are text: those without half a surrogate pair, the only ones that UTF-8 can carry.</summary>
internal static class UnicodeText
{
    private const int QuotedLength = 64;

    /// <summary>Whether every surrogate in the string has its other half.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        while (true)
        {
            // Almost no text has a surrogate, so the vectorised search is nearly always the whole check.
            int surrogate = text.IndexOfAnyInRange('\uD800', '\uDFFF');
            if (surrogate < 0)
                return true;
            text = text[surrogate..];
            if (text.Length < 2 || !char.IsSurrogatePair(text[0], text[1]))
                return false;
            text = text[2..];
        }
    }

    /// <summary>Whether every string in the value is text.</summary>
    public static bool IsValid(in MetadataValue value)
    {
        if (value.Kind == MetadataKind.String)
            return IsValid(value.AsString);
        if (value.Kind != MetadataKind.Array)
            return true;
        foreach (ref readonly var element in value.Elements)
        {
            if (!IsValid(element))
                return false;
        }

        return true;
    }

    /// <summary>
    /// The text in single quotes for a message: surrogates without their other half and control characters as \uXXXX, so that the message itself is
    /// valid and one line; long text is cut and says how long it is.
    /// </summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("'");
        int end = Math.Min(text.Length, QuotedLength);
        if (end < text.Length && char.IsHighSurrogate(text[end - 1]))
            end--;
        for (int i = 0; i < end; i++)
        {
            if (i + 1 < end && char.IsSurrogatePair(text[i], text[i + 1]))
                quoted.Append(text[i]).Append(text[++i]);
            else if (char.IsSurrogate(text[i]) || char.IsControl(text[i]))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:X4}");
            else
                quoted.Append(text[i]);
        }

        quoted.Append('\'');
        if (end < text.Length)
            quoted.Append(CultureInfo.InvariantCulture, $"... ({text.Length} characters)");
        return quoted.ToString();
    }
}

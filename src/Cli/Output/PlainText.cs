using System.Text;

namespace IqdbFlat.Cli.Output;

/// <summary>Text that came from outside, made safe for a terminal: names and metadata may hold line ends and escape sequences.</summary>
internal static class PlainText
{
    /// <summary>The text on one line: each control or format character becomes <c>\u</c> and its number, as in C#.</summary>
    public static string OneLine(string text)
    {
        int first = IndexOfUnsafe(text);
        if (first < 0)
            return text;
        var safe = new StringBuilder(text, 0, first, text.Length + 16);
        foreach (char c in text.AsSpan(first))
        {
            if (IsUnsafe(c))
                safe.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
            else
                safe.Append(c);
        }

        return safe.ToString();
    }

    private static int IndexOfUnsafe(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (IsUnsafe(text[i]))
                return i;
        }

        return -1;
    }

    /// <summary>Beside controls: the marks that turn the direction of writing, and the two line ends of Unicode.</summary>
    private static bool IsUnsafe(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}

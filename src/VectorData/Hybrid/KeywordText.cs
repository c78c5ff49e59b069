using System.Text;

namespace IqdbFlat.VectorData.Hybrid;

/// <summary>
/// Text as keyword searches see it: words are runs of letters, digits and marks; they are folded to upper case without a culture and stand between single spaces, one
/// before the first and one behind the last. So a word, or several one after another, are found as a piece of text with their spaces.
/// </summary>
internal static class KeywordText
{
    // Below every letter, so that no one takes it for a name of his own.
    private const string Suffix = "\u0001words";

    /// <summary>The field that holds the folded text of a property.</summary>
    public static string FieldOf(string storageName) => storageName + Suffix;

    /// <summary>The words of a text; one space where there are none.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length + 2).Append(' ');
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsOfWord(rune))
                folded.Append(Rune.ToUpperInvariant(rune).ToString());
            else if (folded[^1] != ' ')
                folded.Append(' ');
        }

        if (folded[^1] != ' ')
            folded.Append(' ');
        return folded.ToString();
    }

    /// <summary>The keywords to look for: folded, those without a word left out, each once.</summary>
    public static IReadOnlyList<string> FoldAll(IEnumerable<string> keywords) => [.. keywords.Select(Fold).Where(folded => folded.Length > 1).Distinct(StringComparer.Ordinal)];

    /// <summary>How many of the folded keywords a folded text has.</summary>
    public static int CountOf(string folded, IReadOnlyList<string> keywords)
    {
        int count = 0;
        foreach (string keyword in keywords)
            count += folded.Contains(keyword, StringComparison.Ordinal) ? 1 : 0;
        return count;
    }

    private static bool IsOfWord(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is
        System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark or System.Globalization.UnicodeCategory.EnclosingMark;
}

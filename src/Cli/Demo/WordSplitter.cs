namespace IqdbFlat.Cli.Demo;

/// <summary>
/// Cuts text into lower-case words: letters and digits together, parted where an identifier turns from lower to upper case
/// (<c>ReadAllText</c>, <c>XMLReader</c>) or between letters and digits. Words are cut at 32 characters.
/// </summary>
internal static class WordSplitter
{
    private const int MaxLength = 32;

    /// <summary>Words of questions and prose that say nothing about a member.</summary>
    private static readonly HashSet<string> Stop = new(
        [
            "a", "an", "and", "any", "are", "as", "at", "be", "been", "by", "can", "could", "do", "does", "for", "from", "get", "gets", "has", "have",
            "how", "i", "if", "in", "into", "is", "it", "its", "me", "my", "of", "on", "or", "our", "should", "so", "some", "that", "the", "their",
            "there", "these", "this", "those", "to", "was", "we", "what", "when", "where", "which", "who", "will", "with", "would", "you", "your",
        ],
        StringComparer.Ordinal);

    /// <summary>Adds the words of a text to a list, in order, stop words left out.</summary>
    public static void Split(ReadOnlySpan<char> text, List<string> words)
    {
        int start = 0;
        for (int i = 1; i <= text.Length; i++)
        {
            if (i < text.Length && !IsBoundary(text, i))
                continue;
            Add(text[start..i], words);
            start = i;
        }
    }

    private static bool IsBoundary(ReadOnlySpan<char> text, int i)
    {
        char before = text[i - 1];
        char here = text[i];
        if (!char.IsLetterOrDigit(before) || !char.IsLetterOrDigit(here) || char.IsDigit(before) != char.IsDigit(here))
            return true;
        if (!char.IsUpper(here))
            return false;

        // ...text|File, and XML|Reader: the last capital of a run begins the next word.
        return char.IsLower(before) || (i + 1 < text.Length && char.IsLower(text[i + 1]) && char.IsUpper(before));
    }

    private static void Add(ReadOnlySpan<char> part, List<string> words)
    {
        if (part.IsEmpty || !char.IsLetterOrDigit(part[0]))
            return;
        string word = part[..Math.Min(part.Length, MaxLength)].ToString().ToLowerInvariant();
        if (!Stop.Contains(word))
            words.Add(word);
    }
}

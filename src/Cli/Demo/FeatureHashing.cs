namespace IqdbFlat.Cli.Demo;

/// <summary>
/// Turns words into hashed features: every word, every pair of neighbours, and the 3- to 5-grams of each word's characters with a mark at
/// both ends. A feature is a 64-bit FNV-1a hash, mixed; its lowest two bits are replaced by its <see cref="FeatureClass"/>.
/// </summary>
internal static class FeatureHashing
{
    private const ulong FnvOffset = 0xCBF2_9CE4_8422_2325UL;
    private const ulong FnvPrime = 0x0000_0100_0000_01B3UL;
    private const int ShortestGram = 3;
    private const int LongestGram = 5;

    /// <summary>Adds the features of words to a list; one that occurs again is there again.</summary>
    public static void Add(List<string> words, List<ulong> features)
    {
        ulong before = 0;
        for (int i = 0; i < words.Count; i++)
        {
            ulong word = HashWord(words[i]);
            features.Add(Feature(word, FeatureClass.Word));
            if (i > 0)
                features.Add(Feature((before * FnvPrime) ^ word, FeatureClass.Pair));
            AddGrams(words[i], features);
            before = word;
        }
    }

    /// <summary>The class of a feature.</summary>
    public static FeatureClass ClassOf(ulong feature) => (FeatureClass)(feature & 3);

    /// <summary>The component of a vector that the feature adds to: its top 32 bits, scaled.</summary>
    public static int Component(ulong feature, int dimension) => (int)(((feature >> 32) * (ulong)dimension) >> 32);

    /// <summary>The sign with which it adds, so that features that share a component cancel as often as they add up.</summary>
    public static float Sign(ulong feature) => (feature & 0x8000_0000UL) == 0 ? 1 : -1;

    private static void AddGrams(string word, List<ulong> features)
    {
        // A word of one or two characters is a gram itself; marked, it would only repeat the word.
        if (word.Length < ShortestGram)
            return;
        int marked = word.Length + 2;
        for (int start = 0; start <= marked - ShortestGram; start++)
        {
            ulong hash = FnvOffset;
            for (int length = 1; length <= LongestGram && start + length <= marked; length++)
            {
                int place = start + length - 1;
                hash = (hash ^ (place == 0 || place == marked - 1 ? '\u0002' : word[place - 1])) * FnvPrime;
                if (length >= ShortestGram)
                    features.Add(Feature(hash, FeatureClass.Gram));
            }
        }
    }

    private static ulong HashWord(string word)
    {
        ulong hash = FnvOffset;
        foreach (char c in word)
            hash = (hash ^ c) * FnvPrime;
        return hash;
    }

    /// <summary>FNV alone is weak in its high bits; the finalizer of SplitMix64 spreads it.</summary>
    private static ulong Feature(ulong hash, FeatureClass kind)
    {
        hash += (ulong)kind * 0x9E37_79B9_7F4A_7C15UL;
        hash = (hash ^ (hash >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D0_49BB_1331_11EBUL;
        return ((hash ^ (hash >> 31)) & ~3UL) | (ulong)kind;
    }
}

namespace IqdbFlat.Engine.Filters;

/// <summary>Compares UTF-16 strings as their UTF-8 bytes would compare, without encoding them.</summary>
/// <remarks>
/// UTF-8 sorts by code point. UTF-16 code units do too, except that surrogates (which stand for U+10000 and above) lie below
/// U+E000 to U+FFFF. Lifting the surrogates above those, at the first unit that differs, is all that it takes: units before it are
/// equal, and two low surrogates after equal high ones keep their order.
/// </remarks>
internal static class Utf8Order
{
    /// <summary>Below, equal to or above zero as the UTF-8 bytes of the left string are below, equal to or above those of the right.</summary>
    public static int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        int same = left.CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
            return left.Length.CompareTo(right.Length);
        return Rank(left[same]) - Rank(right[same]);
    }

    private static int Rank(char unit) => unit switch
    {
        < '\uD800' => unit,
        < '\uE000' => unit + 0x2000,
        _ => unit - 0x800,
    };
}

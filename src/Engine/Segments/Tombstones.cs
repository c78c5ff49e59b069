namespace IqdbFlat.Engine.Segments;

/// <summary>The bitmaps of dead rows. Words past an array's end are zero, so that a bitmap is no longer than its last dead row asks.</summary>
internal static class Tombstones
{
    public static int WordsFor(int rows) => (rows + 63) >> 6;

    public static bool IsSet(ulong[]? dead, int offset) =>
        dead is not null && (offset >> 6) < dead.Length && ((dead[offset >> 6] >> offset) & 1) != 0;

    /// <summary>The 64 bits of a word; zero past the end.</summary>
    public static ulong Word(ulong[]? dead, int word) => dead is not null && word < dead.Length ? dead[word] : 0;
}

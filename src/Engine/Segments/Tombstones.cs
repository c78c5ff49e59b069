using System.Numerics;

namespace IqdbFlat.Engine.Segments;

/// <summary>The bitmaps of dead rows. Words past an array's end are zero, so that a bitmap is no longer than its last dead row asks.</summary>
internal static class Tombstones
{
    public static int WordsFor(int rows) => (rows + 63) >> 6;

    public static bool IsSet(ulong[]? dead, int offset) =>
        dead is not null && (offset >> 6) < dead.Length && ((dead[offset >> 6] >> offset) & 1) != 0;

    /// <summary>Dead rows among <paramref name="count"/> rows from an offset on.</summary>
    public static int CountIn(ulong[]? dead, int offset, int count)
    {
        if (dead is null)
            return 0;
        int found = 0;
        int end = offset + count;
        for (int word = offset >> 6; word < WordsFor(end); word++)
        {
            ulong bits = Word(dead, word);
            if (word == offset >> 6)
                bits &= ulong.MaxValue << offset;
            if (word == end >> 6)
                bits &= (1UL << end) - 1;
            found += BitOperations.PopCount(bits);
        }

        return found;
    }

    /// <summary>The 64 bits of a word; zero past the end.</summary>
    public static ulong Word(ulong[]? dead, int word) => dead is not null && word < dead.Length ? dead[word] : 0;
}

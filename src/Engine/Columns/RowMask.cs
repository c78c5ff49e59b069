using System.Numerics;

namespace IqdbFlat.Engine.Columns;

/// <summary>Operations on bitmaps of rows, a bit a row, 64 rows a word. Bits past the last row are zero.</summary>
internal static class RowMask
{
    /// <summary>Words for so many rows.</summary>
    public static int WordsFor(int rows) => (rows + 63) >> 6;

    /// <summary>Sets the first <paramref name="rows"/> bits and clears the rest.</summary>
    public static void Fill(Span<ulong> mask, int rows)
    {
        mask.Fill(ulong.MaxValue);
        Clip(mask, rows);
    }

    /// <summary>Clears the bits past the last row.</summary>
    public static void Clip(Span<ulong> mask, int rows)
    {
        if ((rows & 63) != 0)
            mask[rows >> 6] &= (1UL << rows) - 1;
    }

    /// <summary>Clears the bits that are not set in the other mask too.</summary>
    public static void And(Span<ulong> mask, ReadOnlySpan<ulong> other)
    {
        for (int i = 0; i < mask.Length; i++)
            mask[i] &= other[i];
    }

    /// <summary>Sets the bits that are set in the other mask.</summary>
    public static void Or(Span<ulong> mask, ReadOnlySpan<ulong> other)
    {
        for (int i = 0; i < mask.Length; i++)
            mask[i] |= other[i];
    }

    /// <summary>Turns the bits of the rows round.</summary>
    public static void Not(Span<ulong> mask, int rows)
    {
        for (int i = 0; i < mask.Length; i++)
            mask[i] = ~mask[i];
        Clip(mask, rows);
    }

    /// <summary>Clears the bits that are set in the other mask.</summary>
    public static void AndNot(Span<ulong> mask, ReadOnlySpan<ulong> other)
    {
        for (int i = 0; i < mask.Length; i++)
            mask[i] &= ~other[i];
    }

    /// <summary>A mask of its own with the bits of another, or of all rows, that are not set in a third. Both may be longer or shorter than the rows; what they lack is zero.</summary>
    public static ulong[] Without(ulong[]? mask, ReadOnlySpan<ulong> unwanted, int rows)
    {
        var wanted = new ulong[WordsFor(rows)];
        if (mask is null)
            Fill(wanted, rows);
        else
            mask.AsSpan(0, Math.Min(mask.Length, wanted.Length)).CopyTo(wanted);
        AndNot(wanted.AsSpan(0, Math.Min(wanted.Length, unwanted.Length)), unwanted);
        return wanted;
    }

    /// <summary>Whether no bit is set.</summary>
    public static bool IsEmpty(ReadOnlySpan<ulong> mask) => mask.IndexOfAnyExcept(0UL) < 0;

    /// <summary>Bits that are set.</summary>
    public static int Count(ReadOnlySpan<ulong> mask)
    {
        int count = 0;
        foreach (ulong word in mask)
            count += BitOperations.PopCount(word);
        return count;
    }

    /// <summary>Unbroken runs of bits that are set.</summary>
    public static int CountRuns(ReadOnlySpan<ulong> mask)
    {
        int runs = 0;
        ulong before = 0;
        foreach (ulong word in mask)
        {
            runs += BitOperations.PopCount(word & ~((word << 1) | before));
            before = word >> 63;
        }

        return runs;
    }

    /// <summary>Copies the bits of the rows from <paramref name="first"/> on, of any alignment, to the words of a block of so many rows.</summary>
    public static void CopyBlock(ReadOnlySpan<ulong> mask, int first, int rows, Span<ulong> block)
    {
        int word = first >> 6;
        int shift = first & 63;
        for (int i = 0; i < block.Length; i++, word++)
        {
            ulong bits = word < mask.Length ? mask[word] >> shift : 0;
            if (shift != 0 && word + 1 < mask.Length)
                bits |= mask[word + 1] << (64 - shift);
            block[i] = bits;
        }

        Clip(block, rows);
    }

    /// <summary>The first bit that is set from a place on, or -1.</summary>
    public static int NextSet(ReadOnlySpan<ulong> mask, int from)
    {
        int word = from >> 6;
        if (word >= mask.Length)
            return -1;
        ulong bits = mask[word] & (ulong.MaxValue << from);
        while (bits == 0)
        {
            if (++word == mask.Length)
                return -1;
            bits = mask[word];
        }

        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }

    /// <summary>The first bit that is clear from a place on, at most <paramref name="rows"/>.</summary>
    public static int NextClear(ReadOnlySpan<ulong> mask, int from, int rows)
    {
        int word = from >> 6;
        ulong bits = ~mask[word] & (ulong.MaxValue << from);
        while (bits == 0)
        {
            if (++word == mask.Length)
                return rows;
            bits = ~mask[word];
        }

        return Math.Min(rows, (word << 6) + BitOperations.TrailingZeroCount(bits));
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using IqdbFlat.Engine.Metrics;

namespace IqdbFlat.Engine.Columns;

/// <summary>The rows of each value of a sealed column: those of a range of ranks are one stretch.</summary>
/// <param name="values">The values by rank.</param>
/// <param name="starts">Where the rows of each rank begin, and where those of the last end.</param>
/// <param name="postings">The rows.</param>
/// <param name="longest">The longest stretch that is worth looking up row by row.</param>
internal readonly struct PostingLists(MetadataValue[] values, int[] starts, ushort[] postings, int longest)
{
    private const int RowsInLine = CacheLine.Bytes / sizeof(ushort);

    private readonly int[] _starts = starts;
    private readonly ushort[] _postings = postings;
    private readonly int _ranks = values.Length;
    private readonly int _longest = longest;

    /// <summary>The values by rank; null of a list that is none.</summary>
    public MetadataValue[]? Values { get; } = values;

    /// <summary>The rows whose ranks lie in a range, in any order and each once; false where they are too many to be looked up one by one.</summary>
    public bool TryGet(RankRange range, out ReadOnlySpan<ushort> rows)
    {
        int start = StartOf(range.First);
        int length = StartOf(range.End) - start;
        rows = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_postings), start), length);
        return length <= _longest;
    }

    /// <summary>Asks for where the rows of a rank begin.</summary>
    public void FetchStarts(int rank) => CacheLine.Fetch(_starts, Math.Min(rank, _ranks));

    /// <summary>Asks for the first rows from a rank on, so many lines of them.</summary>
    public void FetchRows(int rank, int lines)
    {
        int start = StartOf(Math.Min(rank, _ranks));
        for (int line = 0; line < lines; line++)
            CacheLine.Fetch(_postings, start + (line * RowsInLine));
    }

    // How long an array is stands at its begin, which is not in the cache and need not be: ranks are compared with what is here, and starts lie in the postings.
    private int StartOf(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)rank, (uint)_ranks);
        return Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_starts), rank);
    }

    /// <summary>Unbroken runs of rows in the order of a list.</summary>
    public static int CountRuns(ReadOnlySpan<ushort> rows)
    {
        if (rows.IsEmpty)
            return 0;
        int runs = rows.Length;
        int i = 1;
        if (Vector256.IsHardwareAccelerated)
        {
            var ones = Vector256<ushort>.One;
            var followers = Vector256<ushort>.Zero;
            for (; i <= rows.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
                followers -= Vector256.Equals(Vector256.Create(rows[i..]), Vector256.Create(rows[(i - 1)..]) + ones);
            runs -= Vector256.Sum(followers);
        }

        for (; i < rows.Length; i++)
            runs -= rows[i] == rows[i - 1] + 1 ? 1 : 0;
        return runs;
    }
}

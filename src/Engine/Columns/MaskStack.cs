namespace IqdbFlat.Engine.Columns;

/// <summary>A mask for each level of a filter. Keeps its memory from one segment to the next; a mask stays where it is while deeper ones come.</summary>
internal sealed class MaskStack
{
    private readonly List<ulong[]> _masks = [];

    /// <summary>The mask of a level, for so many rows; what it holds is whatever was there.</summary>
    public Span<ulong> At(int depth, int rows)
    {
        int words = RowMask.WordsFor(rows);
        while (_masks.Count <= depth)
            _masks.Add([]);
        if (_masks[depth].Length < words)
            _masks[depth] = new ulong[words];
        return _masks[depth].AsSpan(0, words);
    }
}

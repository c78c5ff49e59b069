namespace IqdbFlat.Engine.Columns;

/// <summary>Which values a leaf accepts, as ranges of ranks. Keeps its memory from one segment to the next.</summary>
internal sealed class LeafRanks
{
    private RankRange[] _ranges = [];
    private int _count;

    /// <summary>The ranges; no two share a value.</summary>
    public ReadOnlySpan<RankRange> Ranges => _ranges.AsSpan(0, _count);

    /// <summary>Takes all out.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds a range that may be empty.</summary>
    public void Add(RankRange range)
    {
        if (range.IsEmpty)
            return;
        if (_count == _ranges.Length)
            Array.Resize(ref _ranges, Math.Max(2, _count * 2));
        _ranges[_count++] = range;
    }
}

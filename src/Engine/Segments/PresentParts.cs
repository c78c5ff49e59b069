namespace IqdbFlat.Engine.Segments;

/// <summary>
/// Which rows of a segment lack which of their vectors: a bit a row for each vector that some row lacks. The one writer sets bits of rows that no
/// reader sees yet; a reader looks only at those of its snapshot's rows.
/// </summary>
internal sealed class AbsentParts(VectorParts parts, int capacity)
{
    private readonly ulong[]?[] _rows = new ulong[]?[parts.Count];

    /// <summary>Bytes of the bitmaps.</summary>
    public long Bytes => _rows.Sum(rows => (rows?.LongLength ?? 0) * sizeof(ulong));

    /// <summary>The rows that lack a part; null where none does.</summary>
    public ulong[]? Of(int part) => Volatile.Read(ref _rows[part]);

    /// <summary>Takes note of what a row lacks.</summary>
    public void Take(int offset, ReadOnlySpan<float> packed)
    {
        for (int part = 0; part < _rows.Length; part++)
        {
            // A place is used once, also where its row is taken back, so a bit never has to be cleared.
            if (!parts.IsPresent(packed, part))
                RowsOf(part)[offset >> 6] |= 1UL << offset;
        }
    }

    /// <summary>Takes over the bits of a smaller segment.</summary>
    public void TakeAll(AbsentParts smaller)
    {
        for (int part = 0; part < _rows.Length; part++)
            smaller._rows[part]?.CopyTo(RowsOf(part), 0);
    }

    private ulong[] RowsOf(int part)
    {
        if (_rows[part] is { } rows)
            return rows;
        rows = new ulong[Tombstones.WordsFor(capacity)];
        Volatile.Write(ref _rows[part], rows);
        return rows;
    }
}

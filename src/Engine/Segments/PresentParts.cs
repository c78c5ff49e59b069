using IqdbFlat.Engine.Columns;

namespace IqdbFlat.Engine.Segments;

/// <summary>
/// Which rows of a segment have which of their vectors: a bit a row for each vector that some row lacks. The one writer sets bits of rows that no
/// reader sees yet; a reader looks only at those of its snapshot's rows.
/// </summary>
internal sealed class PresentParts(VectorParts parts, int capacity)
{
    private readonly ulong[]?[] _rows = new ulong[]?[parts.Count];

    /// <summary>Bytes of the bitmaps.</summary>
    public long Bytes => _rows.Sum(rows => (rows?.LongLength ?? 0) * sizeof(ulong));

    /// <summary>The rows that have a part; null where all do.</summary>
    public ulong[]? Of(int part) => Volatile.Read(ref _rows[part]);

    /// <summary>Takes note of what a row, later than all before, has.</summary>
    public void Take(int offset, ReadOnlySpan<float> packed)
    {
        for (int part = 0; part < _rows.Length; part++)
        {
            // A place is used once, also where its row is taken back, so a bit never has to be cleared.
            if (!parts.IsPresent(packed, part))
                _ = RowsOf(part, offset);
            else if (_rows[part] is { } rows)
                rows[offset >> 6] |= 1UL << offset;
        }
    }

    /// <summary>Takes over the bits of a smaller segment.</summary>
    public void TakeAll(PresentParts smaller)
    {
        for (int part = 0; part < _rows.Length; part++)
            smaller._rows[part]?.CopyTo(RowsOf(part, 0), 0);
    }

    /// <summary>The bits of a part; made where every row before one has had it.</summary>
    private ulong[] RowsOf(int part, int before)
    {
        if (_rows[part] is { } rows)
            return rows;
        rows = new ulong[RowMask.WordsFor(capacity)];
        RowMask.Fill(rows.AsSpan(0, RowMask.WordsFor(before)), before);
        Volatile.Write(ref _rows[part], rows);
        return rows;
    }
}

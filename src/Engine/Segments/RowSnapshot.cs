using IqdbFlat.Engine.Encoding;
using IqdbFlat.Engine.Pruning.Centres;

namespace IqdbFlat.Engine.Segments;

/// <summary>
/// The rows of a <see cref="RowStore"/> at one publication: immutable, readable by any number of threads, alive as long as it is
/// referenced. A row is named by a number that holds in this snapshot only.
/// </summary>
public sealed class RowSnapshot
{
    private const int MostPostings = 4;

    private readonly SegmentView?[] _views;
    private readonly IdTable _table;
    private FieldPostings[] _postings = [];

    internal RowSnapshot(RowStore store, SegmentView?[] views, IdTable table, int count)
    {
        Layout = store.Layout;
        Metric = store.Metric;
        Count = count;
        _views = views;
        _table = table;
    }

    /// <summary>Live rows.</summary>
    public int Count { get; }

    /// <summary>Components of every vector.</summary>
    public int Dimension => Layout.Dimension;

    /// <summary>How distances are measured; for packed rows, those to their first vector.</summary>
    public Metric Metric { get; }

    /// <summary>The vectors of a packed row; null for rows that are one vector.</summary>
    public VectorParts? Parts => Layout.Parts;

    /// <summary>
    /// Bytes that the rows occupy: native blocks by their size; ids, sequences, tombstones, id lookup and metadata by the lengths of
    /// their arrays, metadata dictionaries by an estimate.
    /// </summary>
    public long MemoryBytes
    {
        get
        {
            long bytes = _table.Bytes + ((long)_views.Length * nint.Size);
            foreach (var postings in Volatile.Read(ref _postings))
                bytes += postings.EstimatedBytes;
            CentreModel? model = null;
            foreach (var view in _views)
            {
                if (view?.Segment.Labels is { } labels && labels.Model != model)
                    bytes += (model = labels.Model).Bytes;
                if (view is not null)
                    bytes += view.Segment.BlockBytes + view.Segment.ManagedBytes + ((view.Dead?.LongLength ?? 0) * sizeof(ulong));
            }

            return bytes;
        }
    }

    /// <summary>
    /// Forgets which rows the filters of earlier searches select, so that the next search evaluates its own anew. It costs time and changes no
    /// answer: for measuring the first use of a filter.
    /// </summary>
    public void ForgetFilters()
    {
        foreach (var view in _views)
            view?.Segment.ForgetFilters();
    }

    /// <summary>
    /// Bytes that appending so many rows claims at most, before anything is given back: a segment that is full grows by copy while readers hold the
    /// smaller one. Ids of bytes and metadata come on top; see <see cref="GrowthBytesOf"/>.
    /// </summary>
    public long GrowthBytes(int rows)
    {
        // Vector, codes and label, id and sequence, links and buckets of the id lookup (doubled as it grows), tombstones.
        long rowBytes = Layout.RowBytes + (Layout.Codes.BytesFor(Layout.FullRows) / Layout.FullRows) + (2 * sizeof(ulong)) + (8 * sizeof(int)) + 1 + (SegmentLabels.Serves(Layout) ? RowLabels.RowBytes : 0);
        var last = _views.Length == 0 ? null : _views[^1];
        int capacity = last?.Segment.Capacity ?? 0;
        long free = last is null ? 0 : capacity - last.Count;
        long bytes = 0;
        for (long left = rows - free; left > 0;)
        {
            bool grows = capacity > 0 && capacity < Layout.FullRows;
            int before = grows ? capacity : 0;
            capacity = grows ? capacity * 2 : SegmentCapacity.Beside(Layout, Count + rows);
            bytes += capacity * rowBytes;
            left -= capacity - before;
            if (capacity == Layout.FullRows && left > 0)
                capacity = 0;
        }

        // Centres are looked for beside those that there are; means and sketches of a sample come to about as much again.
        if (SegmentLabels.Serves(Layout) && Count + (long)rows >= SegmentLabels.FirstRows)
            bytes += 2 * CentreModel.BytesFor(Layout.CodedStride);

        // The lookup is built anew where it grows.
        return bytes + _table.Bytes;
    }

    /// <summary>Bytes that so many rows of this layout occupy at the least, whatever their ids and metadata: vectors, codes, ids and sequences.</summary>
    internal long LeastBytes(int rows) => rows * (Layout.RowBytes + (Layout.Codes.BytesFor(Layout.FullRows) / Layout.FullRows) + (2L * sizeof(ulong)));

    /// <summary>Bytes that one row's id and metadata may claim beside <see cref="GrowthBytes"/>: twice their own, and what each object and array has around it.</summary>
    public static long GrowthBytesOf(in RowId id, Metadata metadata)
    {
        const int Around = 64;
        ArgumentNullException.ThrowIfNull(metadata);
        return (id.IsBytes ? Around + BinaryForm.SizeOf(id) : 0)
            + (metadata.Count == 0 ? 0 : (2 * BinaryForm.SizeOf(metadata)) + ((metadata.Count + 1) * Around));
    }

    /// <summary>The lists of a field, those of the last few fields asked for remembered.</summary>
    internal FieldPostings PostingsOf(string field)
    {
        var known = Volatile.Read(ref _postings);
        foreach (var one in known)
        {
            if (one.Field == field)
                return one;
        }

        // Of two that come together one is forgotten: it serves its search.
        var added = new FieldPostings(this, field);
        Volatile.Write(ref _postings, [added, .. known.AsSpan(0, Math.Min(known.Length, MostPostings - 1))]);
        return added;
    }

    internal SegmentLayout Layout { get; }

    /// <summary>Segments by number; null where a segment's rows have all moved or died.</summary>
    internal ReadOnlySpan<SegmentView?> Views => _views;

    internal IdTable Table => _table;

    /// <summary>The dimension and metric of a vector, by its place among those of a row.</summary>
    internal (int Dimension, Metric Metric) VectorAt(int part) => Parts is null
        ? part == 0 ? (Dimension, Metric) : throw new ArgumentOutOfRangeException(nameof(part), part, "A row has one vector.")
        : (Parts[part].Dimension, Parts[part].Metric);

    /// <summary>Finds the live row of an id.</summary>
    public bool TryFind(in RowId id, out int row)
    {
        row = _table.Find(_views, id);
        return row >= 0;
    }

    /// <summary>The id of a row.</summary>
    public RowId IdOf(int row) => At(row, out int offset).Segment.IdAt(offset);

    /// <summary>The sequence of a row: its place in the order of insertion over the whole index.</summary>
    public ulong SequenceOf(int row) => At(row, out int offset).Segment.SequenceAt(offset);

    /// <summary>The metadata of a row; empty when it has none.</summary>
    public Metadata MetadataOf(int row) => At(row, out int offset).Segment.MetadataAt(offset);

    /// <summary>Copies a row's vector, <see cref="Dimension"/> floats, to a span of at least that length.</summary>
    public void CopyVector(int row, Span<float> vector) => At(row, out int offset).Segment.CopyVector(offset, vector);

    /// <summary>All of a row, copied.</summary>
    public StoredRow Read(int row)
    {
        var segment = At(row, out int offset).Segment;
        var vector = new float[Dimension];
        segment.CopyVector(offset, vector);
        return new StoredRow(segment.IdAt(offset), vector, segment.MetadataAt(offset), segment.SequenceAt(offset));
    }

    /// <summary>All of a row but its vector, which is empty.</summary>
    internal StoredRow ReadWithoutVector(int row)
    {
        var segment = At(row, out int offset).Segment;
        return new StoredRow(segment.IdAt(offset), ReadOnlyMemory<float>.Empty, segment.MetadataAt(offset), segment.SequenceAt(offset));
    }

    /// <summary>The numbers of all live rows, segment by segment: no particular order of sequences.</summary>
    public IEnumerable<int> LiveRows()
    {
        for (int number = 0; number < _views.Length; number++)
        {
            if (_views[number] is not { } view)
                continue;
            for (int offset = 0; offset < view.Count; offset++)
            {
                if (view.IsLive(offset))
                    yield return Layout.RowOf(number, offset);
            }
        }
    }

    /// <summary>The live rows that follow a sequence, in sequence order: at most <paramref name="limit"/> row numbers. For scrolling and export.</summary>
    /// <remarks>Segments whose sequences are all at or before <paramref name="sequence"/>, or past the rows found, are skipped whole.</remarks>
    public int[] RowsAfter(ulong sequence, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        if (limit == 0)
            return [];
        var nearest = new PriorityQueue<int, ulong>(Comparer<ulong>.Create(static (left, right) => right.CompareTo(left)));
        for (int number = 0; number < _views.Length; number++)
        {
            if (_views[number] is { } view && view.LiveCount > 0 && view.MaxSequence > sequence)
                Collect(number, view, sequence, limit, nearest);
        }

        var rows = new int[nearest.Count];
        for (int i = rows.Length - 1; i >= 0; i--)
            rows[i] = nearest.Dequeue();
        return rows;
    }

    private void Collect(int number, SegmentView view, ulong after, int limit, PriorityQueue<int, ulong> nearest)
    {
        ulong bound = BoundOf(nearest, limit);
        if (view.MinSequence >= bound)
            return;
        var sequences = view.Segment.Sequences[..view.Count];
        for (int offset = 0; offset < sequences.Length; offset++)
        {
            ulong sequence = sequences[offset];
            if (sequence <= after || sequence >= bound || !view.IsLive(offset))
                continue;
            if (nearest.Count == limit)
                nearest.DequeueEnqueue(Layout.RowOf(number, offset), sequence);
            else
                nearest.Enqueue(Layout.RowOf(number, offset), sequence);
            bound = BoundOf(nearest, limit);
        }
    }

    /// <summary>Sequences at or past this cannot be among the rows wanted. A full queue holds the largest on top.</summary>
    private static ulong BoundOf(PriorityQueue<int, ulong> nearest, int limit) =>
        nearest.Count == limit && nearest.TryPeek(out _, out ulong largest) ? largest : ulong.MaxValue;

    private SegmentView At(int row, out int offset)
    {
        int segment = Layout.SegmentOf(row);
        offset = Layout.OffsetOf(row);
        if ((uint)segment >= (uint)_views.Length || _views[segment] is not { } view || offset >= view.Count)
            throw new ArgumentOutOfRangeException(nameof(row), row, "The snapshot has no such row.");
        return view;
    }
}

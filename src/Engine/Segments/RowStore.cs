using IqdbFlat.Engine.Pruning;

namespace IqdbFlat.Engine.Segments;

/// <summary>
/// Rows of one dimension: vectors in contiguous segments, found by id, with sequences that the caller allots. One writer at a time,
/// any number of readers; readers take a <see cref="Snapshot"/> and never wait.
/// </summary>
/// <remarks>
/// The store checks what would damage it (the vector's length) and nothing else: ids, finiteness and metadata caps are the
/// caller's to check, with <see cref="RowCheck"/>. Sequences must be unique among live rows, above 0 and below 2^64 - 1.
/// </remarks>
public sealed class RowStore
{
    private readonly object _gate = new();
    private bool _writing;
    private RowSnapshot _snapshot;

    /// <summary>An empty store.</summary>
    /// <param name="dimension">Components of every vector, 1 to <see cref="Limits.Dimension"/>; otherwise <see cref="FlatErrorKind.InvalidConfig"/>.</param>
    /// <param name="metric">How distances are measured; <see cref="FlatErrorKind.InvalidConfig"/> when there is no such metric.</param>
    /// <param name="pruning">Whether rows get the codes of certified pruning, where the metric has a bound: about a quarter more memory.</param>
    public RowStore(int dimension, Metric metric, bool pruning = true)
        : this(dimension, metric, null, pruning)
    {
    }

    /// <summary>An empty store of rows that have several vectors, packed.</summary>
    /// <param name="parts">The vectors of a row.</param>
    /// <param name="pruning">Whether the first vector of each row gets codes, as above; the others never do.</param>
    public RowStore(VectorParts parts, bool pruning = true)
        : this((parts ?? throw new ArgumentNullException(nameof(parts))).RowComponents, parts[0].Metric, parts, pruning)
    {
    }

    private RowStore(int dimension, Metric metric, VectorParts? parts, bool pruning)
    {
        IndexCheck.Settings(dimension, metric);
        Layout = new SegmentLayout(dimension, pruning ? BoundForms.Of(metric) : BoundForm.None, parts);
        Metric = metric;
        Rows = new WritableRows(Layout, Metric);
        _snapshot = new RowSnapshot(this, [], Rows.Table, 0);
    }

    /// <summary>Components of every vector.</summary>
    public int Dimension => Layout.Dimension;

    /// <summary>How distances are measured; for packed rows, those to their first vector.</summary>
    public Metric Metric { get; }

    /// <summary>The vectors of a packed row; null for rows that are one vector.</summary>
    public VectorParts? Parts => Layout.Parts;

    /// <summary>What is published now.</summary>
    public RowSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Live rows published now.</summary>
    public int Count => Snapshot.Count;

    /// <summary>Bytes that the published rows occupy; see <see cref="RowSnapshot.MemoryBytes"/>. Older snapshots that are still referenced come on top.</summary>
    public long MemoryBytes => Snapshot.MemoryBytes;

    internal SegmentLayout Layout { get; }

    /// <summary>The rows as the holder of the write lock sees them.</summary>
    internal WritableRows Rows { get; private set; }

    /// <summary>Waits for the write lock and starts a batch. Dispose the writer on every path; what it did not publish is as if it had never been.</summary>
    public RowWriter BeginWrite()
    {
        var writer = new RowWriter(this);
        EnterWrite();
        try
        {
            // Only where memory ran out while the batch before was taken back.
            if (Rows.IsTouched)
                Rows.Revert(Snapshot);
            return writer;
        }
        catch
        {
            EndWrite();
            throw;
        }
    }

    /// <summary>Removes every row, at once, and gives their memory back as soon as no snapshot holds it.</summary>
    public void Clear()
    {
        EnterWrite();
        try
        {
            var rows = new WritableRows(Layout, Metric);
            var snapshot = new RowSnapshot(this, [], rows.Table, 0);
            Rows = rows;
            Volatile.Write(ref _snapshot, snapshot);
        }
        finally
        {
            EndWrite();
        }
    }

    internal void Publish()
    {
        Rows.Compact();
        Volatile.Write(ref _snapshot, Rows.Freeze(this));
    }

    internal void EndWrite()
    {
        lock (_gate)
        {
            _writing = false;
            Monitor.Pulse(_gate);
        }
    }

    // Not a lock held by a thread: a writer may be disposed on another thread than began it.
    private void EnterWrite()
    {
        lock (_gate)
        {
            while (_writing)
                Monitor.Wait(_gate);
            _writing = true;
        }
    }
}

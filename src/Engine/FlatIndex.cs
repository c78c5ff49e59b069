using System.Diagnostics.CodeAnalysis;
using IqdbFlat.Engine.Plans;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine;

/// <summary>
/// An exact vector index in one process: every search gives the true nearest rows, with the same bits each time. All members may be
/// called from any thread; searches never wait for writes and never see half of one.
/// </summary>
/// <remarks>
/// Errors are <see cref="FlatIndexException"/>; a call that fails has changed nothing, except a batch, which says what it applied. Where the
/// system has no memory left it is <see cref="OutOfMemoryException"/>, and nothing has changed.
/// Rows live in memory that the garbage collector does not own but gives back; <see cref="Dispose"/> stops the scan threads, if any.
/// </remarks>
public sealed partial class FlatIndex : IDisposable
{
    private readonly RowStore _store;
    private readonly ScanScheduler? _scheduler;
    private readonly TimeProvider _time;
    private readonly ScanCosts? _costs;

    // Written only by the holder of the store's write lock.
    private ulong _lastSequence;

    /// <summary>Creates an empty index.</summary>
    /// <param name="dimension">Components of every vector, 1 to <see cref="Limits.Dimension"/>.</param>
    /// <param name="metric">How distances are measured.</param>
    /// <param name="options">Threads and clock; null for the defaults.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: a setting that no index accepts.</exception>
    public FlatIndex(int dimension, Metric metric, FlatIndexOptions? options = null)
        : this(pruning => new RowStore(dimension, metric, pruning), options)
    {
    }

    /// <summary>Creates an empty index whose rows have several named vectors, any of which a row may lack.</summary>
    /// <param name="parts">The vectors of a row. Rows carry them packed (<see cref="VectorParts.Pack"/>), and a search names one (<see cref="SearchOptions.VectorName"/>).</param>
    /// <param name="options">Threads and clock; null for the defaults.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: a setting that no index accepts.</exception>
    public FlatIndex(VectorParts parts, FlatIndexOptions? options = null)
        : this(pruning => new RowStore(parts, pruning), options)
    {
    }

    private FlatIndex(Func<bool, RowStore> store, FlatIndexOptions? options)
    {
        options ??= new FlatIndexOptions();
        if (options.Threads is < 1 or > ScanScheduler.MaxThreads)
            throw FlatIndexException.InvalidConfig(FormattableString.Invariant($"an index scans with 1 to {ScanScheduler.MaxThreads} threads, found {options.Threads}"));
        _store = store(options.Pruning);
        _time = options.Time;
        _costs = options.Costs;
        _scheduler = options.Threads > 1 ? new ScanScheduler(options.Threads) : null;
    }

    /// <summary>Live rows.</summary>
    public int Count => _store.Count;

    /// <summary>Components of every vector; of a packed one where rows have several.</summary>
    public int Dimension => _store.Dimension;

    /// <summary>How distances are measured; where rows have several vectors, those to the first.</summary>
    public Metric Metric => _store.Metric;

    /// <summary>The named vectors of a row; null for rows that are one vector without a name.</summary>
    public VectorParts? Parts => _store.Parts;

    /// <summary>The rows as they are now, for reading without a search: immutable, alive as long as it is referenced.</summary>
    public RowSnapshot Snapshot => _store.Snapshot;

    /// <summary>Rows and memory.</summary>
    public IndexStats Stats
    {
        get
        {
            var snapshot = _store.Snapshot;
            return new IndexStats(snapshot.Count, snapshot.MemoryBytes, 0);
        }
    }

    /// <summary>The row of an id, copied; null when it is not there.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: an id that no index accepts.</exception>
    public StoredRow? Get(RowId id)
    {
        RowIdLimits.Check(id);
        var snapshot = _store.Snapshot;
        return snapshot.TryFind(id, out int row) ? snapshot.Read(row) : null;
    }

    /// <summary>Whether the id has a row.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: an id that no index accepts.</exception>
    public bool Exists(RowId id)
    {
        RowIdLimits.Check(id);
        return _store.Snapshot.TryFind(id, out _);
    }

    /// <summary>Returns when all that was written is durable. An index in one process has no store, so at once.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "Part of the surface that every kind of index has.")]
    public void Flush()
    {
        // Writes are published before their calls return; there is nothing behind them.
    }

    /// <summary>Stops the scan threads; searches that are waiting fail with <see cref="FlatErrorKind.Unavailable"/>.</summary>
    public void Dispose() => _scheduler?.Dispose();
}

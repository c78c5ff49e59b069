using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Scan;

/// <summary>What one thread gathers for one search: its nearest rows, its counts, its buffers. Workers are merged when all chunks are done.</summary>
internal sealed class ScanWorker(int capacity, bool filters)
{
    /// <summary>The nearest rows of the chunks this worker ran.</summary>
    public BoundedTopK Nearest { get; } = new(capacity);

    /// <summary>Evaluates the filter; null for a search without one.</summary>
    public ColumnFilter? Filter { get; } = filters ? new ColumnFilter() : null;

    /// <summary>Live rows that passed the filter.</summary>
    public long Scanned { get; set; }

    /// <summary>Rows whose vectors were read.</summary>
    public long RowsRead { get; set; }
}

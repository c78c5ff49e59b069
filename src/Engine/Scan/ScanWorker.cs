using IqdbFlat.Engine.Columns;
using IqdbFlat.Engine.Pruning;
using IqdbFlat.Engine.Pruning.Centres;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Scan;

/// <summary>What one thread gathers for one search: its nearest rows, its counts, its buffers. Workers are merged when all chunks are done.</summary>
internal sealed class ScanWorker(int capacity, RankWindow window, bool filters)
{
    private SegmentView? _lastView;
    private ulong[] _lastBoth = [];

    /// <summary>The nearest rows of the chunks this worker ran.</summary>
    public BoundedTopK Nearest { get; } = new(capacity, window);

    /// <summary>Evaluates the filter; null for a search without one.</summary>
    public ColumnFilter? Filter { get; } = filters ? new ColumnFilter() : null;

    /// <summary>The rows that the filter selects, where they are listed; null before that was asked.</summary>
    public ListedRows? Listed { get; set; }

    /// <summary>Live rows that passed the filter and whose distance was computed.</summary>
    public long Scanned { get; set; }

    /// <summary>Live rows that passed the filter and that a bound left out.</summary>
    public long Pruned { get; set; }

    /// <summary>Bytes of vectors and codes read.</summary>
    public long BytesRead { get; set; }

    /// <summary>How rows were looked at.</summary>
    public SearchPlans Plans { get; set; }

    /// <summary>Time in the filter, in the units of the clock's timestamps.</summary>
    public long FilterTicks { get; set; }

    /// <summary>Time in the scan, in the units of the clock's timestamps.</summary>
    public long ScanTicks { get; set; }

    /// <summary>Whether bounds pay on this thread.</summary>
    public PruningGuard Guard { get; } = new();

    /// <summary>How far the query is from the centres of the segments met last; null where none had any.</summary>
    public CentreLimits? Centres { get; set; }

    /// <summary>Whether centres pay on this thread.</summary>
    public PruningGuard CentresGuard { get; } = new(CentreScan.MostSurvivors);

    /// <summary>The rows of a segment that are in two masks, of which the second is no shorter; remembered for the other chunks of the segment.</summary>
    public ulong[] Both(SegmentView view, ulong[] mask, ulong[] other)
    {
        if (ReferenceEquals(view, _lastView))
            return _lastBoth;
        ulong[] both = [.. mask];
        RowMask.And(both, other);
        (_lastView, _lastBoth) = (view, both);
        return both;
    }
}

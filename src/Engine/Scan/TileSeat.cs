using System.Numerics;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Pruning;
using IqdbFlat.Engine.Pruning.Tiles;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Scan;

/// <summary>One search of a <see cref="PrunedTile"/>: what it prunes against, and what becomes of the rows of a chunk.</summary>
/// <param name="number">Its place in the tile.</param>
internal sealed unsafe class TileSeat(int number)
{
    private PreparedQuery? _query;
    private QueryPruning? _pruning;
    private TileCode? _code;
    private ScanWorker? _worker;
    private SegmentView? _view;
    private int _firstRow;
    private uint _key;
    private double _coarse;
    private double _fine;
    private int _lateStart;
    private int _lateCount;
    private ulong _late;
    private long _tested;
    private long _blocks;
    private long _survived;

    /// <summary>Whether the search takes part in the chunk and has a k-th to prune against.</summary>
    public bool IsLimited => _key != uint.MaxValue && _worker is not null;

    /// <summary>Takes a search in place of the one before; gives its query, coded for the tile, or null where it has no bound.</summary>
    public TileCode? Take(SnapshotSearch search, TileDepth depth)
    {
        // Not the search itself, which keeps its rows alive.
        _query = search.Query;
        _pruning = search.Pruning;
        _code = _pruning?.TileCode(_query, depth);
        _key = uint.MaxValue;
        return _code;
    }

    /// <summary>Begins a chunk; without a worker the search takes no part.</summary>
    public void Begin(SegmentView view, int firstRow, ScanWorker? worker, CodeTile tile)
    {
        (_view, _firstRow, _worker) = (view, firstRow, worker);
        (_tested, _blocks, _survived, _late) = (0, 0, 0, 0);
        Renew(tile);
    }

    /// <summary>Measures rows of a block for which there is no limit yet.</summary>
    /// <param name="start">The block's first row.</param>
    /// <param name="count">Rows of the block.</param>
    /// <param name="wanted">Those that are wanted.</param>
    /// <param name="tile">Learns of the first limit.</param>
    public void Plain(int start, int count, ulong wanted, CodeTile tile)
    {
        if (_worker is null)
            return;
        int rows = BitOperations.PopCount(wanted);
        _worker.Plans |= SearchPlans.Scan;
        _worker.Scanned += rows;
        _tested -= rows;
        _blocks--;
        Scan().Measure(start, count, rows, wanted);
        Renew(tile);
    }

    /// <summary>Looks more closely at the codes of the rows that the tile left of a block; those that this leaves too are asked for, and measured later.</summary>
    public void Look(byte* block, int start, int count, ulong left)
    {
        left &= ~(_pruning!.IsSparse(left) ? _pruning.Bound.FineOut(block, left, _fine, null) : _pruning.Bound.Out(block, _coarse));
        if (left == 0)
            return;
        _survived += BitOperations.PopCount(left);
        (_lateStart, _lateCount, _late) = (start, count, left);
        Scan().FetchRows(start, left);
    }

    /// <summary>Measures the rows that were asked for.</summary>
    public void MeasureLate(CodeTile tile)
    {
        ulong rows = _late;
        if (rows == 0)
            return;
        _late = 0;
        Scan().Measure(_lateStart, _lateCount, BitOperations.PopCount(rows), rows);
        Renew(tile);
    }

    /// <summary>Ends a chunk of so many rows wanted, in so many blocks.</summary>
    public void End(long rows, long blocks, int blockBytes)
    {
        if (_worker is { } worker)
        {
            _tested += rows;
            _blocks += blocks;
            worker.Plans |= _blocks > 0 ? SearchPlans.Pruned : 0;
            worker.BytesRead += _blocks * blockBytes;
            worker.Scanned += _survived;
            worker.Pruned += _tested - _survived;
            worker.Guard.Learn(_tested, _survived);
            _pruning?.Limit.Offer(worker.Nearest.WorstKey);
        }

        (_view, _worker) = (null, null);
    }

    private PrunedScan Scan() => new(_view!, _firstRow, _query!, _pruning!, _worker!);

    private void Renew(CodeTile tile)
    {
        if (_code is null || _worker is null)
            return;
        uint key = Math.Min(_worker.Nearest.WorstKey, _pruning!.Limit.Key);
        if (key == _key)
            return;
        float distance = DistanceOrder.FromKey(_key = key);
        (_coarse, _fine) = (_pruning.Query.LimitOf(distance), _pruning.Query.FineLimitOf(distance));
        tile.Limit(number, _code.BoundOf(distance));
    }
}

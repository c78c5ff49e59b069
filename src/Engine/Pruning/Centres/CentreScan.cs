using System.Numerics;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Pruning.Centres;

/// <summary>The rows of one segment that its centres leave, block by block, and an early request for their codes.</summary>
internal unsafe ref struct CentreScan
{
    /// <summary>The share of rows left above which centres do not pay.</summary>
    public const double MostSurvivors = 0.9;

    private const int TermsOfRow = 3;

    private readonly RowLabels? _labels;
    private readonly CentreLimits? _limits;
    private readonly QueryPruning _pruning;
    private readonly ScanWorker _worker;
    private readonly byte* _blocks;
    private float[]? _radii;
    private long _tested;
    private long _left;

    /// <summary>Begins with a chunk of a segment.</summary>
    public CentreScan(SegmentView view, PreparedQuery query, QueryPruning pruning, ScanWorker worker)
    {
        _pruning = pruning;
        _worker = worker;
        _blocks = view.Segment.Codes!.Blocks;
        var labels = view.Segment.Labels;
        if (labels is null || !(pruning.Always || worker.CentresGuard.TryNext()))
            return;
        if (worker.Centres?.Points != labels.Model.Points)
            worker.Centres = pruning.Query.LimitsOf(query, labels.Model.Points);
        _labels = labels;
        _limits = worker.Centres;
    }

    /// <summary>Whether there are centres that may leave rows out.</summary>
    public readonly bool IsOn => _limits is not null;

    /// <summary>Takes note of the k-th distance.</summary>
    public void Limit(uint key, float distance)
    {
        if (_limits is not null)
            _radii = _limits.For(key, _pruning.Query.CentreLimitOf(distance));
    }

    /// <summary>Those of the rows wanted that may be nearer than the k-th.</summary>
    public ulong Left(int start, int count, ulong wanted)
    {
        if (_radii is null || wanted == 0)
            return wanted;
        ulong left = wanted & ~_labels!.Out(start, count, _radii);
        _tested += BitOperations.PopCount(wanted);
        _left += BitOperations.PopCount(left);
        _worker.BytesRead += count * RowLabels.RowBytes;
        if (CacheLine.CanFetch && _pruning.IsSparse(left))
            FetchCodes(start, left);
        return left;
    }

    /// <summary>Ends the chunk.</summary>
    public readonly void Learn() => _worker.CentresGuard.Learn(_tested, _left);

    private readonly void FetchCodes(int start, ulong rows)
    {
        var layout = _pruning.Layout;
        byte* block = _blocks + layout.BlockOf(start);
        for (; rows != 0; rows &= rows - 1)
        {
            int row = BitOperations.TrailingZeroCount(rows);
            for (int term = 0; term < TermsOfRow; term++)
                CacheLine.Fetch(block + (((term * layout.BlockRows) + row) * sizeof(float)));
            byte* codes = block + layout.TermBytes + ((long)row * layout.Stride);
            for (int j = 0; j < layout.Stride; j += CacheLine.Bytes)
                CacheLine.Fetch(codes + j);
        }
    }
}

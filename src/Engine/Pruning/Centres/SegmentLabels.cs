using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Engine.Pruning.Centres;

/// <summary>
/// Labels the full segments of a store, once a sample of its rows shows that they gather around centres. Only the holder of the write lock uses it.
/// </summary>
/// <remarks>
/// It looks for centres when 16,384 rows are in full segments, and again at each fourfold number: rows that gather around none cost a few
/// milliseconds each time and nothing else. Centres that still prune a new sample stay. Each segment that fills up is labelled, and with it two of those
/// that were full before, so that no write waits for all of them.
/// </remarks>
internal sealed unsafe class SegmentLabels(SegmentLayout layout, Metric metric)
{
    /// <summary>Rows in full segments from which centres are looked for.</summary>
    public const int FirstRows = 16_384;

    // Beyond it the centres would weigh too much beside the rows that they serve.
    private const int MostStride = 4_096;
    private const int FewSamples = 1_024;
    private const int ManySamples = 4_096;
    private const int EarlierAtOnce = 2;
    private const double LeastPruned = 0.3;

    private readonly Stack<Segment> _earlier = new();
    private CentreModel? _model;
    private long _nextRows = FirstRows;

    /// <summary>Whether rows of a layout ever get labels.</summary>
    public static bool Serves(SegmentLayout layout) => layout.Codes.HasCodes && layout.CodedStride <= MostStride;

    /// <summary>Labels a segment that has just been filled, and some that were full before.</summary>
    public void Label(Segment segment, List<SegmentState?> segments)
    {
        if (!Serves(layout))
            return;
        if ((long)segments.Count * layout.FullRows >= _nextRows)
            Learn(segments);
        if (_model is null)
            return;
        segment.Label(_model);
        for (int i = 0; i < EarlierAtOnce && _earlier.TryPop(out var earlier); i++)
            earlier.Label(_model);
    }

    private void Learn(List<SegmentState?> segments)
    {
        Segment[] full = [.. segments.Where(state => state?.Count == layout.FullRows).Select(state => state!.Segment)];
        if ((long)full.Length * layout.FullRows < _nextRows)
            return;
        _nextRows = 4L * full.Length * layout.FullRows;
        Learn(full);

        // Samples are rows in the memory of these segments.
        GC.KeepAlive(full);
    }

    private void Learn(Segment[] full)
    {
        var few = new CentreTraining(Sample(full, FewSamples), layout.CodedStride, layout.Codes);
        if (_model is not null && few.PrunedBy(metric, _model) >= LeastPruned)
            return;
        _model = null;
        _earlier.Clear();
        if (few.PrunedBy(metric, few.Train()) < LeastPruned)
            return;
        _model = new CentreTraining(Sample(full, ManySamples), layout.CodedStride, layout.Codes).Train();
        foreach (var segment in full.Where(segment => segment.Labels is null))
            _earlier.Push(segment);
    }

    private SampleRow[] Sample(Segment[] full, int count)
    {
        long rows = (long)full.Length * layout.FullRows;
        var sample = new SampleRow[Math.Min(count, rows)];
        for (int i = 0; i < sample.Length; i++)
        {
            long row = i * rows / sample.Length;
            var segment = full[row >> layout.Shift];
            sample[i] = SampleRow.Of(layout, segment.Memory.Rows, segment.Codes!.Blocks, (int)(row & (layout.FullRows - 1)));
        }

        return sample;
    }
}

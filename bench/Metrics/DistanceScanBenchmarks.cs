using BenchmarkDotNet.Attributes;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Metrics.Lanes;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Bench.Metrics;

/// <summary>
/// One query by 256 MiB of rows on one thread: by each kind of lanes, by the loop that one would write first (the baseline), and by nothing
/// at all, which is how fast the memory is.
/// </summary>
public unsafe class DistanceScanBenchmarks
{
    private const long Bytes = 256L << 20;

    private SegmentMemory _memory = null!;
    private SegmentMemory _distances = null!;
    private PreparedQuery _query = null!;
    private float[] _components = [];
    private int _rows;

    [Params(128, 768, 1536)]
    public int Dimension { get; set; }

    [Params(Metric.Euclidean, Metric.Cosine)]
    public Metric Metric { get; set; }

    [GlobalSetup]
    public void FillRows()
    {
        Random random = new(42);
        _memory = new SegmentMemory(Bytes);
        for (long i = 0; i < Bytes / sizeof(float); i++)
        {
            _memory.Rows[i] = random.NextSingle() - 0.5f;
        }

        _components = [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f)];
        _query = new PreparedQuery(Metric, _components);
        _rows = (int)(Bytes / sizeof(float) / Dimension);
        _distances = new SegmentMemory(_rows * (long)sizeof(float));
    }

    [Benchmark(Baseline = true)]
    public void Naive()
    {
        float* row = _memory.Rows;
        for (int i = 0; i < _rows; i++, row += Dimension)
        {
            _distances.Rows[i] = Metric == Metric.Cosine ? NaiveCosine(row) : NaiveEuclidean(row);
        }
    }

    [Benchmark]
    public void Vector128() => Scan(LanesKind.Vector128);

    [Benchmark]
    public void Vector256() => Scan(LanesKind.Vector256);

    [Benchmark]
    public void Vector512() => Scan(LanesKind.Vector512);

    [Benchmark]
    public double ReadOnly() => ReadBandwidthProbe.Measure(_memory.Rows, Bytes, threads: 1);

    private void Scan(LanesKind lanes) => DistanceScan.Compute(lanes, _query, _memory.Rows, _rows, _distances.Rows);

    private float NaiveEuclidean(float* row)
    {
        float sum = 0;
        for (int j = 0; j < _components.Length; j++)
        {
            float difference = _components[j] - row[j];
            sum += difference * difference;
        }

        return MathF.Sqrt(sum);
    }

    private float NaiveCosine(float* row)
    {
        float product = 0;
        float squares = 0;
        float querySquares = 0;
        for (int j = 0; j < _components.Length; j++)
        {
            product += _components[j] * row[j];
            squares += row[j] * row[j];
            querySquares += _components[j] * _components[j];
        }

        return 1 - (product / (MathF.Sqrt(squares) * MathF.Sqrt(querySquares)));
    }
}

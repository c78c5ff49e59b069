using BenchmarkDotNet.Attributes;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Bench.Scan;

/// <summary>
/// What a filter can save: a row of a stream (the baseline) and a row that is gathered from among many, one in ten or one in a hundred at random, of
/// 256 MiB on one thread. The share of rows by the ratio of the two is the least that a filtered search takes of an unfiltered one.
/// </summary>
public unsafe class GatherBenchmarks
{
    private const long Bytes = 256L << 20;
    private const int Block = 512;
    private const int Dimension = 128;
    private const int Rows = (int)(Bytes / sizeof(float) / Dimension);
    private const int Tenth = Rows / 10 / Block * Block;
    private const int Hundredth = Rows / 100 / Block * Block;

    private readonly float[] _distances = new float[Block];
    private SegmentMemory _memory = null!;
    private PreparedQuery _query = null!;
    private int[] _tenth = [];
    private int[] _hundredth = [];

    [GlobalSetup]
    public void FillRows()
    {
        Random random = new(42);
        _memory = new SegmentMemory(Bytes);
        for (long i = 0; i < Bytes / sizeof(float); i++)
            _memory.Rows[i] = random.NextSingle() - 0.5f;
        _query = new PreparedQuery(Metric.Euclidean, new float[Dimension]);
        _tenth = Places(Tenth);
        _hundredth = Places(Hundredth);

        int[] Places(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(Rows)).Order()];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public void Streamed()
    {
        fixed (float* distances = _distances)
        {
            for (int row = 0; row < Rows; row += Block)
                DistanceScan.Compute(_query, _memory.Rows + ((long)row * Dimension), Block, distances);
        }
    }

    [Benchmark(OperationsPerInvoke = Tenth)]
    public void OneInTen() => Gather(_tenth);

    [Benchmark(OperationsPerInvoke = Hundredth)]
    public void OneInAHundred() => Gather(_hundredth);

    private void Gather(int[] places)
    {
        fixed (int* all = places)
        fixed (float* distances = _distances)
        {
            for (int at = 0; at < places.Length; at += Block)
                DistanceScan.Gather(_query, _memory.Rows, all + at, Block, distances);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using BenchmarkDotNet.Attributes;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Scan;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Bench.Scan;

/// <summary>
/// What keeps a plain scan on one thread from the bandwidth of pure reading (the baseline): the kernel, and the barest loop with its arithmetic and
/// neither fold nor root nor distance, by how many bytes ahead it asks for early (0 for not at all).
/// </summary>
public unsafe class StreamedRowsBenchmarks
{
    private const long Bytes = 256L << 20;
    private const int Turn = 64;

    private SegmentMemory _memory = null!;
    private SegmentMemory _queryMemory = null!;
    private PreparedQuery _query = null!;
    private float[] _distances = [];

    [Params(128, 768)]
    public int Dimension { get; set; }

    [GlobalSetup]
    public void FillRows()
    {
        Random random = new(42);
        _memory = new SegmentMemory(Bytes);
        for (long i = 0; i < Bytes / sizeof(float); i++)
            _memory.Rows[i] = random.NextSingle() - 0.5f;
        float[] components = [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f)];
        _query = new PreparedQuery(Metric.Euclidean, components);
        _queryMemory = new SegmentMemory(Dimension * sizeof(float));
        components.CopyTo(new Span<float>(_queryMemory.Rows, Dimension));
        _distances = new float[SegmentScan.BlockRows];
    }

    [Benchmark(Baseline = true)]
    public ulong Read() => ReadBandwidthProbe.Read((byte*)_memory.Rows, Bytes);

    [Benchmark]
    public void Kernel()
    {
        int rows = (int)(Bytes / sizeof(float) / Dimension);
        fixed (float* distances = _distances)
        {
            for (int row = 0; row < rows; row += SegmentScan.BlockRows)
                DistanceScan.Compute(_query, _memory.Rows + ((long)row * Dimension), Math.Min(SegmentScan.BlockRows, rows - row), distances);
        }
    }

    [Benchmark]
    [Arguments(0)]
    [Arguments(512)]
    [Arguments(768)]
    [Arguments(1_024)]
    [Arguments(2_048)]
    [Arguments(4_096)]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Vector256<float> Bare(int ahead)
    {
        float* query = _queryMemory.Rows;
        float* row = _memory.Rows;
        var all = Vector256<float>.Zero;
        int floats = ahead / sizeof(float);
        nint dimension = Dimension;
        for (float* end = row + (Bytes / sizeof(float) / dimension * dimension); row < end; row += dimension)
        {
            Vector256<float> sum0 = default, sum1 = default;
            for (nint j = 0; j < dimension; j += Turn)
            {
                if (floats != 0 && Sse.IsSupported)
                {
                    for (int line = 0; line < Turn; line += PreparedQuery.Granule)
                        Sse.Prefetch0(row + j + floats + line);
                }

                for (int at = 0; at < Turn; at += 2 * Vector256<float>.Count)
                {
                    var lower = Vector256.Load(query + j + at) - Vector256.Load(row + j + at);
                    sum0 = Vector256.FusedMultiplyAdd(lower, lower, sum0);
                    var upper = Vector256.Load(query + j + at + Vector256<float>.Count) - Vector256.Load(row + j + at + Vector256<float>.Count);
                    sum1 = Vector256.FusedMultiplyAdd(upper, upper, sum1);
                }
            }

            all += sum0 + sum1;
        }

        return all;
    }
}

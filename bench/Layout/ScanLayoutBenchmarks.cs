using BenchmarkDotNet.Attributes;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Bench.Layout;

/// <summary>
/// One query by 256 MiB of rows, by the same kernel, with the rows in contiguous segments or each in an array of its own: as allocated one after the other, and as
/// they lie once deletes and inserts have mixed them.
/// </summary>
public unsafe class ScanLayoutBenchmarks
{
    private const long Bytes = 256L << 20;

    private RowStore _store = null!;
    private float[][] _arrays = [];
    private float[][] _mixed = [];
    private float[] _distances = [];
    private PreparedQuery _query = null!;

    [Params(128, 768)]
    public int Dimension { get; set; }

    [GlobalSetup]
    public void FillRows()
    {
        Random random = new(42);
        int count = (int)(Bytes / sizeof(float) / Dimension);
        _arrays = new float[count][];
        _store = new RowStore(Dimension, Metric.Euclidean);
        using (var writer = _store.BeginWrite())
        {
            for (int i = 0; i < count; i++)
            {
                _arrays[i] = [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle())];
                writer.Put((ulong)i, (ulong)i + 1, _arrays[i]);
            }

            writer.Publish();
        }

        _mixed = [.. _arrays];
        random.Shuffle(_mixed);
        _distances = GC.AllocateArray<float>(count, pinned: true);
        _query = new PreparedQuery(Metric.Euclidean, _arrays[0]);
    }

    [Benchmark(Baseline = true)]
    public float Segments()
    {
        int first = 0;
        fixed (float* distances = _distances)
        {
            foreach (var view in _store.Snapshot.Views)
            {
                DistanceScan.Compute(_query, view!.Segment.Memory.Rows, view.Count, distances + first);
                first += view.Count;
            }
        }

        return _distances[^1];
    }

    [Benchmark]
    public float Arrays() => Scan(_arrays);

    [Benchmark]
    public float MixedArrays() => Scan(_mixed);

    private float Scan(float[][] rows)
    {
        fixed (float* distances = _distances)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                fixed (float* row = rows[i])
                    DistanceScan.Compute(_query, row, 1, distances + i);
            }
        }

        return _distances[^1];
    }
}

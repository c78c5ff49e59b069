using BenchmarkDotNet.Attributes;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Bench.Layout;

/// <summary>
/// 64 MiB of rows inserted, in batches of 1,000, with a lookup by id: copied into contiguous segments, copied into an array each, or kept as the caller's
/// arrays, which is all that an insert without a copy could save. What arrays leave out is in their favour: sequences, snapshots, taking a batch back.
/// </summary>
[MemoryDiagnoser]
public class InsertLayoutBenchmarks
{
    private const int Bytes = 64 << 20;
    private const int BatchRows = 1_000;

    private float[][] _vectors = [];

    [Params(128, 768)]
    public int Dimension { get; set; }

    [GlobalSetup]
    public void MakeVectors()
    {
        Random random = new(42);
        _vectors = new float[Bytes / sizeof(float) / Dimension][];
        for (int i = 0; i < _vectors.Length; i++)
            _vectors[i] = [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle())];
    }

    [Benchmark(Baseline = true)]
    public int Segments()
    {
        RowStore store = new(Dimension, Metric.Euclidean);
        for (int first = 0; first < _vectors.Length; first += BatchRows)
        {
            using var writer = store.BeginWrite();
            int end = Math.Min(first + BatchRows, _vectors.Length);
            for (int i = first; i < end; i++)
                writer.Put((ulong)i, (ulong)i + 1, _vectors[i]);
            writer.Publish();
        }

        return store.Count;
    }

    [Benchmark]
    public int ArraysCopied() => InsertArrays(vector => [.. vector]);

    [Benchmark]
    public int ArraysKept() => InsertArrays(vector => vector);

    private int InsertArrays(Func<float[], float[]> take)
    {
        List<float[]> rows = [];
        Dictionary<RowId, int> places = [];
        for (int i = 0; i < _vectors.Length; i++)
        {
            places.Add((ulong)i, rows.Count);
            rows.Add(take(_vectors[i]));
        }

        return rows.Count;
    }
}

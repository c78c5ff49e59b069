using BenchmarkDotNet.Attributes;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Bench.Scan;

/// <summary>
/// Sixty-four queries by 64 MiB of rows on one thread: one after the other, which reads the rows as often (the baseline), and as a tile. Beside them
/// the kernel alone on rows that lie in the cache, by pairs and as a tile: what of the gain is memory, and what is arithmetic.
/// </summary>
public unsafe class SearchBatchBenchmarks : IDisposable
{
    private const int Queries = 64;
    private const int CachedRows = 64;
    private const int Bytes = 64 << 20;

    private FlatIndex? _index;
    private ReadOnlyMemory<float>[] _queries = [];
    private PreparedQuery[] _prepared = [];
    private SegmentMemory _memory = null!;

    [Params(128, 768)]
    public int Dimension { get; set; }

    [Params(Metric.Euclidean, Metric.Cosine)]
    public Metric Metric { get; set; }

    [GlobalCleanup]
    public void Dispose()
    {
        _index?.Dispose();
        GC.SuppressFinalize(this);
    }

    [GlobalSetup]
    public void FillRows()
    {
        Random random = new(42);
        _index = new FlatIndex(Dimension, Metric);
        _index.InsertBatch([.. Enumerable.Range(0, Bytes / sizeof(float) / Dimension).Select(i => new Row((ulong)i, Vector()))]);
        _queries = [.. Enumerable.Range(0, Queries).Select(_ => (ReadOnlyMemory<float>)Vector())];
        _prepared = [.. _queries.Select(query => new PreparedQuery(Metric, query.Span))];

        // The queries, the rows, the squares of the queries, the distances.
        _memory = new SegmentMemory((((Queries + CachedRows) * (long)Dimension) + Queries + (Queries * CachedRows)) * sizeof(float));
        for (int i = 0; i < Queries; i++)
        {
            _queries[i].Span.CopyTo(new Span<float>(_memory.Rows + (i * Dimension), Dimension));
            Vector().CopyTo(new Span<float>(Rows + (i * Dimension), Dimension));
            Squares[i] = _prepared[i].Squares;
        }

        float[] Vector() => [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f)];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Queries)]
    public void OneByOne()
    {
        foreach (var query in _queries)
            _index!.Search(query.Span, 10);
    }

    [Benchmark(OperationsPerInvoke = Queries)]
    public void Batch() => _index!.SearchBatch(_queries, 10);

    [Benchmark(OperationsPerInvoke = Queries * CachedRows)]
    public void CachedPairs()
    {
        foreach (var query in _prepared)
            DistanceScan.Compute(query, Rows, CachedRows, Distances);
    }

    [Benchmark(OperationsPerInvoke = Queries * CachedRows)]
    public void CachedTile() => DistanceTile.Compute(Metric, _memory.Rows, Squares, Queries, Rows, Dimension, CachedRows, Distances, CachedRows);

    private float* Rows => _memory.Rows + (Queries * Dimension);

    private float* Squares => Rows + (CachedRows * Dimension);

    private float* Distances => Squares + Queries;
}

using BenchmarkDotNet.Attributes;
using IqdbFlat.Engine;
using IqdbFlat.VectorData;

namespace IqdbFlat.Bench.VectorData;

/// <summary>
/// What the provider costs beside the index under it: the ten nearest of 10,000 records of 768 dimensions, and all of them, with their metadata: by the index itself (the baseline) and by the provider in the
/// process, which also makes the records.
/// </summary>
[Config(typeof(ShortJob))]
public class VectorDataOverheadBenchmarks : IDisposable
{
    private const int Records = 10_000;

    private readonly IqdbFlatDatabase _database = new();
    private readonly float[] _query = BenchItem.MakeVector(new Random(43));
    private readonly SearchOptions _options = new() { IncludeMetadata = true, VectorName = nameof(BenchItem.Vector) };
    private IqdbFlatCollection<int, BenchItem> _items = null!;
    private FlatIndex _index = null!;

    [Params(10, Records)]
    public int Top { get; set; }

    [GlobalSetup]
    public async Task Fill()
    {
        _items = new(_database, "items");
        await _items.EnsureCollectionExistsAsync();
        await _items.UpsertAsync(BenchItem.Make(Records));
        _index = _database.Find("items")!.Index;
        await WarmUp.InTurnsAsync(() => Task.FromResult(Index()), Provider);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _database.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public int Index() => BenchItem.Count(_index.Search(_query, Top, _options).Hits);

    [Benchmark]
    public Task<int> Provider() => BenchItem.CountAsync(_items, _query, Top);
}

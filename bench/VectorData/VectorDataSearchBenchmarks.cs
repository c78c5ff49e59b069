using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using IqdbFlat.Engine;
using IqdbFlat.VectorData;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.Bench.VectorData;

/// <summary>
/// The ten nearest of 100,000 records of 768 dimensions by dot product, on one thread: over a list of arrays with <see cref="TensorPrimitives"/> (the baseline), and by the provider in the
/// process, plain and with certified pruning, and plain with a filter that a tenth of the records meets, whose property values lie at random.
/// </summary>
[Config(typeof(ShortJob))]
public class VectorDataSearchBenchmarks : IDisposable
{
    private const int Records = 100_000;
    private const int Top = 10;

    private readonly List<float[]> _list = [];
    private readonly float[] _query = BenchItem.MakeVector(new Random(43));
    private IqdbFlatDatabase? _database;
    private IqdbFlatCollection<int, BenchItem> _items = null!;

    [GlobalSetup(Target = nameof(ListOfArrays))]
    public void FillList() => _list.AddRange(BenchItem.Make(Records).Select(item => item.Vector.ToArray()));

    [GlobalSetup(Targets = [nameof(Plain), nameof(PlainTenth)])]
    public Task FillPlain() => FillAsync(new FlatIndexOptions { Pruning = false });

    [GlobalSetup(Target = nameof(Pruned))]
    public Task FillPruned() => FillAsync(new FlatIndexOptions());

    [GlobalCleanup]
    public void Dispose()
    {
        _list.Clear();
        _database?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public int ListOfArrays()
    {
        var nearest = new PriorityQueue<int, float>();
        for (int i = 0; i < _list.Count; i++)
        {
            float product = TensorPrimitives.Dot(_query, _list[i]);
            if (nearest.Count < Top)
                nearest.Enqueue(i, product);
            else if (nearest.TryPeek(out _, out float least) && product > least)
                nearest.DequeueEnqueue(i, product);
        }

        return nearest.Count;
    }

    [Benchmark]
    public Task<int> Plain() => CountAsync(options: null);

    [Benchmark]
    public Task<int> Pruned() => CountAsync(options: null);

    [Benchmark]
    public Task<int> PlainTenth() => CountAsync(new() { Filter = item => item.Tenth == 3 });

    private async Task FillAsync(FlatIndexOptions options)
    {
        _database = new(options);
        _items = new(_database, "items");
        await _items.EnsureCollectionExistsAsync();
        foreach (var batch in BenchItem.Make(Records).Chunk(5_000))
            await _items.UpsertAsync(batch);
    }

    private Task<int> CountAsync(VectorSearchOptions<BenchItem>? options) => BenchItem.CountAsync(_items, _query, Top, options);
}

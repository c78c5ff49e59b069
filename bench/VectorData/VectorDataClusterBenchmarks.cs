using BenchmarkDotNet.Attributes;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Client;
using IqdbFlat.VectorData;

namespace IqdbFlat.Bench.VectorData;

/// <summary>
/// What the provider costs beside the typed client: the ten nearest of 10,000 records of 768 dimensions in four shards of one silo, and all of them, with their metadata: by the client (the baseline) and by the
/// provider over the same client, which also makes the records.
/// </summary>
[Config(typeof(ShortJob))]
public class VectorDataClusterBenchmarks : IDisposable
{
    private const int Records = 10_000;

    private readonly float[] _query = BenchItem.MakeVector(new Random(43));
    private readonly ClusterSearchOptions _options = new() { IncludeMetadata = true, VectorName = nameof(BenchItem.Vector) };
    private LocalCluster _cluster = null!;
    private IqdbFlatCollection<int, BenchItem> _items = null!;
    private IFlatIndex _index = null!;

    [Params(10, Records)]
    public int Top { get; set; }

    [GlobalSetup]
    public async Task Fill()
    {
        _cluster = await LocalCluster.StartAsync(1, CancellationToken.None);
        _items = new(_cluster.Client, "items");
        await _items.EnsureCollectionExistsAsync();
        await _items.UpsertAsync(BenchItem.Make(Records));
        _index = await _cluster.Client.OpenAsync("vd-items");
        await WarmUp.InTurnsAsync(TypedClient, Provider);
    }

    [GlobalCleanup]
    public async Task Stop()
    {
        Dispose();
        await _cluster.DisposeAsync();
    }

    public void Dispose()
    {
        _items?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public async Task<int> TypedClient() => BenchItem.Count((await _index.SearchAsync(_query, Top, _options)).Hits);

    [Benchmark]
    public Task<int> Provider() => BenchItem.CountAsync(_items, _query, Top);
}

using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using IqdbFlat.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace IqdbFlat.Bench.Wire;

/// <summary>
/// One vector through the Orleans serializer: as the array of floats that one would send first (the baseline, a header an element), and as a
/// <see cref="FloatVector"/> (one block). Into and out of memory that is there already.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class VectorWireBenchmarks
{
    private const string Write = "serialize";
    private const string Read = "deserialize";

    private ServiceProvider _services = null!;
    private Serializer<float[]> _arrays = null!;
    private Serializer<FloatVector> _vectors = null!;
    private byte[] _buffer = [];
    private byte[] _writtenArray = [];
    private byte[] _writtenVector = [];
    private float[] _floats = [];

    [Params(768)]
    public int Dimension { get; set; }

    [GlobalSetup]
    public void WriteOnce()
    {
        _services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        _arrays = _services.GetRequiredService<Serializer<float[]>>();
        _vectors = _services.GetRequiredService<Serializer<FloatVector>>();
        var random = new Random(42);
        _floats = [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f)];
        _writtenArray = _arrays.SerializeToArray(_floats);
        _writtenVector = _vectors.SerializeToArray(_floats);
        _buffer = new byte[2 * _writtenArray.Length];
        Console.WriteLine($"// {Dimension} floats: {_writtenArray.Length} bytes as float[], {_writtenVector.Length} as FloatVector");
    }

    [GlobalCleanup]
    public void Close() => _services.Dispose();

    [Benchmark(Baseline = true), BenchmarkCategory(Write)]
    public int WriteArray() => _arrays.Serialize(_floats, _buffer);

    [Benchmark, BenchmarkCategory(Write)]
    public int WriteVector() => _vectors.Serialize(_floats, _buffer);

    [Benchmark(Baseline = true), BenchmarkCategory(Read)]
    public float[] ReadArray() => _arrays.Deserialize(_writtenArray)!;

    [Benchmark, BenchmarkCategory(Read)]
    public FloatVector ReadVector() => _vectors.Deserialize(_writtenVector);
}

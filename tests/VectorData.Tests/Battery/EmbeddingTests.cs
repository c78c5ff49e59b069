using IqdbFlat.VectorData.Tests.Modes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData.Tests.Battery;

/// <summary>Vectors that are generated, and the .NET types that hold those that are given.</summary>
public abstract class EmbeddingTests(StoreMode mode)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public sealed class Entry
    {
        [VectorStoreKey]
        public int Id { get; set; }

        [VectorStoreVector(2, DistanceFunction = DistanceFunction.ManhattanDistance)]
        public string? Text { get; set; }
    }

    public sealed class Holder<T>
    {
        public int Id { get; set; }

        public T? Vector { get; set; }
    }

    [Fact]
    public async Task A_batch_is_generated_in_one_call_and_found_by_text()
    {
        var generator = new LengthGenerator(1);
        var entries = await mode.MakeAsync<int, Entry>(generator: generator);
        await entries.UpsertAsync([new Entry { Id = 1, Text = "one" }, new Entry { Id = 2 }, new Entry { Id = 3, Text = "three" }], Cancel);
        int calls = generator.Calls;

        var byText = await entries.SearchAsync("123456", 9, cancellationToken: Cancel).ToListAsync(Cancel);
        var byVector = await entries.SearchAsync(new float[] { 3, 1 }, 1, cancellationToken: Cancel).SingleAsync(Cancel);

        Assert.Equal(1, calls);
        Assert.Equal([(3, 1.0), (1, 3.0)], byText.Select(hit => (hit.Record.Id, hit.Score!.Value)));
        Assert.Equal(1, byVector.Record.Id);
        Assert.Null(byVector.Record.Text);
        await Assert.ThrowsAsync<NotSupportedException>(() => entries.GetAsync(1, new() { IncludeVectors = true }, Cancel));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await entries.SearchAsync("x", 1, new() { IncludeVectors = true }, Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task The_generator_of_the_property_comes_before_that_of_the_collection_and_that_of_the_store()
    {
        string name = mode.NewName();
        await mode.Create(new LengthGenerator(0)).GetCollection<int, Entry>(name).EnsureCollectionExistsAsync(Cancel);
        await Upsert(1, ofProperty: null, ofCollection: null);
        await Upsert(2, ofProperty: null, ofCollection: 2);
        await Upsert(3, ofProperty: 3, ofCollection: 2);

        var found = await mode.Create(new LengthGenerator(1)).GetCollection<int, Entry>(name).SearchAsync("x", 9, cancellationToken: Cancel).ToListAsync(Cancel);

        Assert.Equal([(1, 0.0), (2, 1.0), (3, 2.0)], found.Select(hit => (hit.Record.Id, hit.Score!.Value)));

        Task Upsert(int id, float? ofProperty, float? ofCollection)
        {
            var definition = new VectorStoreCollectionDefinition
            {
                Properties =
                [
                    new VectorStoreKeyProperty("Id", typeof(int)),
                    new VectorStoreVectorProperty("Text", typeof(string), 2)
                    {
                        DistanceFunction = DistanceFunction.ManhattanDistance,
                        EmbeddingGenerator = ofProperty is { } first ? new LengthGenerator(first) : null,
                    },
                ],
                EmbeddingGenerator = ofCollection is { } second ? new LengthGenerator(second) : null,
            };
            return mode.Create(new LengthGenerator(1)).GetCollection<int, Entry>(name, definition).UpsertAsync(new Entry { Id = id, Text = "x" }, Cancel);
        }
    }

    [Fact]
    public async Task A_container_hands_its_generator_to_stores_and_collections()
    {
        var entries = await mode.MakeAsync<int, Entry>(generator: new LengthGenerator(1));
        await entries.UpsertAsync(new Entry { Id = 1, Text = "one" }, Cancel);
        var services = new ServiceCollection().AddSingleton<IEmbeddingGenerator>(new LengthGenerator(1));
        var configure = mode.Prepare(services);
        services.AddIqdbFlatVectorStore(configure).AddIqdbFlatCollection<int, Entry>(entries.Name);
        await using var provider = services.BuildServiceProvider();

        var fromStore = provider.GetRequiredService<VectorStore>().GetCollection<int, Entry>(entries.Name);
        var alone = provider.GetRequiredService<IVectorSearchable<Entry>>();

        Assert.Equal(1, (await fromStore.SearchAsync("two", 1, cancellationToken: Cancel).SingleAsync(Cancel)).Record.Id);
        Assert.Equal(1, (await alone.SearchAsync("two", 1, cancellationToken: Cancel).SingleAsync(Cancel)).Record.Id);
    }

    [Fact]
    public Task An_array_holds_a_vector() => CheckHolder<float[]>([1, 2], vector => vector);

    [Fact]
    public Task A_memory_holds_a_vector() => CheckHolder<ReadOnlyMemory<float>>(new([1, 2]), vector => vector.ToArray());

    [Fact]
    public Task An_embedding_holds_a_vector() => CheckHolder<Embedding<float>>(new(new float[] { 1, 2 }), vector => vector.Vector.ToArray());

    private async Task CheckHolder<T>(T value, Func<T, float[]> read)
        where T : notnull
    {
        var holders = await mode.MakeAsync<int, Holder<T>>(new()
        {
            Properties = [new VectorStoreKeyProperty("Id", typeof(int)), new VectorStoreVectorProperty("Vector", typeof(T), 2)],
        });
        await holders.UpsertAsync(new Holder<T> { Id = 1, Vector = value }, Cancel);

        var found = await holders.SearchAsync(value, 1, new() { IncludeVectors = true }, Cancel).SingleAsync(Cancel);

        Assert.Equal([1, 2], read(found.Record.Vector!));
    }

    /// <summary>A text as its length and a number of the generator's own.</summary>
    private sealed class LengthGenerator(float mark) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public int Calls { get; private set; }

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            Calls++;
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(value => new Embedding<float>(new[] { value.Length, mark }))));
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}

public sealed class EmbeddedEmbeddingTests(EmbeddedMode mode) : EmbeddingTests(mode);

public sealed class ClusterEmbeddingTests(ClusterMode mode) : EmbeddingTests(mode);

public sealed class StoredEmbeddingTests(StoredMode mode) : EmbeddingTests(mode);

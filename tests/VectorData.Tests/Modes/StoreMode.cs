using IqdbFlat.Grains.Tests.Cluster;
using IqdbFlat.VectorData.Tests.Modes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.VectorData;

[assembly: AssemblyFixture(typeof(EmbeddedMode))]
[assembly: AssemblyFixture(typeof(ClusterMode))]

namespace IqdbFlat.VectorData.Tests.Modes;

/// <summary>One of the places where a store keeps its collections. Every test of the battery runs in each.</summary>
public abstract class StoreMode : IAsyncLifetime
{
    private int _names;

    public VectorStore Store => field ??= Create(generator: null);

    /// <summary>A store over the same collections.</summary>
    public abstract VectorStore Create(IEmbeddingGenerator? generator);

    /// <summary>Gives a container what a registration needs to reach the same collections.</summary>
    public abstract Action<IqdbFlatVectorStoreOptions> Prepare(IServiceCollection services);

    public virtual ValueTask InitializeAsync() => default;

    public abstract ValueTask DisposeAsync();

    /// <summary>A name that no other test has.</summary>
    public string NewName() => $"Records_{Interlocked.Increment(ref _names)}";

    /// <summary>A new collection that is there.</summary>
    public async Task<VectorStoreCollection<TKey, TRecord>> MakeAsync<TKey, TRecord>(
        VectorStoreCollectionDefinition? definition = null, IEmbeddingGenerator? generator = null)
        where TKey : notnull
        where TRecord : class
    {
        var collection = (generator is null ? Store : Create(generator)).GetCollection<TKey, TRecord>(NewName(), definition);
        await collection.EnsureCollectionExistsAsync(TestContext.Current.CancellationToken);
        return collection;
    }
}

/// <summary>In this process, in memory.</summary>
public sealed class EmbeddedMode : StoreMode
{
    public IqdbFlatDatabase Database { get; } = new();

    public override VectorStore Create(IEmbeddingGenerator? generator) =>
        new IqdbFlatVectorStore(new IqdbFlatVectorStoreOptions { Database = Database, EmbeddingGenerator = generator });

    public override Action<IqdbFlatVectorStoreOptions> Prepare(IServiceCollection services) => options => options.Database = Database;

    public override ValueTask DisposeAsync()
    {
        Database.Dispose();
        return default;
    }
}

/// <summary>In a cluster of one silo, collections of three shards.</summary>
public sealed class ClusterMode : StoreMode
{
    private TestCluster _cluster = null!;

    public override VectorStore Create(IEmbeddingGenerator? generator) =>
        new IqdbFlatVectorStore(_cluster.Client, new IqdbFlatVectorStoreOptions { Mode = IqdbFlatStoreMode.Cluster, Shards = 3, EmbeddingGenerator = generator });

    public override Action<IqdbFlatVectorStoreOptions> Prepare(IServiceCollection services)
    {
        services.AddSingleton(_cluster.Client);
        return options => options.Mode = IqdbFlatStoreMode.Cluster;
    }

    public override async ValueTask InitializeAsync() => _cluster = await TestCluster.StartAsync(1);

    public override ValueTask DisposeAsync() => _cluster.DisposeAsync();
}

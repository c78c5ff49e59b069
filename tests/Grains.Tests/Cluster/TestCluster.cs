using IqdbFlat.Abstractions;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace IqdbFlat.Grains.Tests.Cluster;

/// <summary>A cluster in this process, with records in memory, and a client of it.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private TestCluster(InProcessTestCluster cluster) => _cluster = cluster;

    public InProcessTestCluster Orleans => _cluster;

    public IFlatIndexClient Client => _cluster.Client.ServiceProvider.GetRequiredService<IFlatIndexClient>();

    public IGrainFactory Grains => _cluster.Client;

    public static async Task<TestCluster> StartAsync(
        short silos,
        int scanThreads = 2,
        IRecordStoreFactory? stores = null,
        long memoryBudgetBytes = 0,
        IIncomingGrainCallFilter? filter = null,
        int expectedSilos = 1,
        Action<ISiloBuilder>? configure = null)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorage(StorageNames.Records, options => options.GrainStorageSerializer = new RecordSerializer());
            if (stores is not null)
                silo.Services.AddSingleton(stores);
            silo.AddIqdbFlat(options =>
                (options.ScanThreads, options.MemoryBudgetBytes, options.ExpectedSilos) = (scanThreads, memoryBudgetBytes, expectedSilos));

            // Tests call from outside what only silos call otherwise; the guard of calls has tests of its own.
            silo.Services.RemoveAll<IIncomingGrainCallFilter>();
            if (filter is not null)
                silo.AddIncomingGrainCallFilter(filter);
            configure?.Invoke(silo);
        });

        // What tests show does not depend on how fast the machine is: a call takes what it takes. Those that are about deadlines name their own.
        builder.ConfigureClient(client => client.Services.AddIqdbFlatClient(options => options.Deadline = TimeSpan.FromMinutes(5)));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new(cluster);
    }

    /// <summary>What a silo's own services hold, its record store among them.</summary>
    public IServiceProvider SiloServices => _cluster.GetSiloServiceProvider();

    /// <summary>A new index of a name of its own.</summary>
    public Task<IFlatIndex> CreateIndexAsync(int dimension, Metric metric, int shards) =>
        Client.CreateAsync($"t-{Guid.NewGuid():n}", new(dimension, metric, shards), cancellationToken: TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}

/// <summary>Two silos for all tests of a class that does not stop any.</summary>
public sealed class TwoSilos : IAsyncLifetime
{
    public TestCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await TestCluster.StartAsync(2);

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}

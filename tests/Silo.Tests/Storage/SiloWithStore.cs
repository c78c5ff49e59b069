using IqdbFlat.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;

namespace IqdbFlat.Silo.Tests.Storage;

/// <summary>A silo in this process with a store, for what needs no grain of the index.</summary>
public abstract class SiloWithStore : IAsyncLifetime
{
    private InProcessTestCluster? _cluster;

    public IRecordStore Open(string owner) =>
        new GrainStorageRecordStore(Services.GetRequiredKeyedService<IGrainStorage>(StorageNames.Records), owner);

    private IServiceProvider Services => _cluster!.Silos[0].ServiceProvider;

    public virtual async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => AddStore(silo));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    protected abstract void AddStore(ISiloBuilder silo);
}

public sealed class SiloWithMemory : SiloWithStore
{
    protected override void AddStore(ISiloBuilder silo) => silo.AddMemoryRecords();
}

public class SiloWithSqlite : SiloWithStore
{
    private readonly string _folder = Directory.CreateTempSubdirectory("iqdbflat").FullName;

    public string Path => System.IO.Path.Combine(_folder, "deeper", "records.db");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    protected override void AddStore(ISiloBuilder silo) => silo.AddSqliteRecords(Path);
}

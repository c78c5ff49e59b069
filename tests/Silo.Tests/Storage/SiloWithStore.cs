using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Grains.Storage;
using IqdbFlat.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;

namespace IqdbFlat.Silo.Tests.Storage;

/// <summary>Two silos in this process on one store, each with a connection of its own, for what needs no grain of the index.</summary>
public abstract class SiloWithStore : IAsyncLifetime
{
    private InProcessTestCluster? _cluster;

    /// <summary>The records of an owner, as one of the silos reaches them.</summary>
    public IRecordStore Open(string owner, int silo = 0) =>
        new GrainStorageRecordStore(_cluster!.Silos[silo].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(StorageNames.Records), owner);

    public virtual async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
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

/// <summary>Where the server is not installed, the fixture stays empty and its tests are skipped.</summary>
public sealed class SiloWithPostgreSql : SiloWithStore
{
    private readonly PrivateServers _servers = new();
    private string _connectionString = "";

    public override async ValueTask InitializeAsync()
    {
        if (PostgreSqlProcess.Missing is not null)
            return;
        _connectionString = (await _servers.StartPostgreSqlAsync()).ConnectionString;
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
        await _servers.DisposeAsync();
    }

    protected override void AddStore(ISiloBuilder silo) => silo.AddPostgreSqlRecords(_connectionString);
}

/// <summary>Where the server is not installed, the fixture stays empty and its tests are skipped.</summary>
public sealed class SiloWithRedis : SiloWithStore
{
    private readonly PrivateServers _servers = new();
    private string _connectionString = "";

    public override async ValueTask InitializeAsync()
    {
        if (RedisProcess.Missing is not null)
            return;
        _connectionString = (await _servers.StartRedisAsync()).ConnectionString;
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
        await _servers.DisposeAsync();
    }

    protected override void AddStore(ISiloBuilder silo) => silo.AddRedisRecords(_connectionString);
}

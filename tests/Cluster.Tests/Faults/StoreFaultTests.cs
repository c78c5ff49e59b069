using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Tests.Servers;
using Npgsql;
using StackExchange.Redis;

namespace IqdbFlat.Cluster.Tests.Faults;

/// <summary>The store is killed, stands still, refuses or is full while writers write: they are told so in typed errors, nothing that was acknowledged is lost, and the silos go on when it is back.</summary>
public sealed class StoreFaultTests(SharedClusters clusters) : IClassFixture<SharedClusters>
{
    [Theory]
    [InlineData("PostgreSql")]
    [InlineData("Redis")]
    public Task A_store_that_is_killed_comes_back_with_everything(string storage) => clusters.AfterAsync(Enum.Parse<ChaosStorage>(storage), async cluster =>
    {
        await cluster.Stores.Records!.KillAsync();
        await cluster.FaultIsFeltAsync();
        await cluster.Stores.Records.StartAsync(TestContext.Current.CancellationToken);
    });

    [Theory]
    [InlineData("PostgreSql")]
    [InlineData("Redis")]
    public Task A_store_that_stands_still_for_longer_than_any_deadline_loses_nothing(string storage) => clusters.AfterAsync(Enum.Parse<ChaosStorage>(storage), async cluster =>
    {
        cluster.Stores.Records!.Suspend();
        await cluster.FaultIsFeltAsync();
        cluster.Stores.Records.Resume();
    });

    [Fact]
    public Task A_PostgreSql_that_lets_nobody_in_loses_nothing() => clusters.AfterAsync(ChaosStorage.PostgreSql, async cluster =>
    {
        await using var admin = NpgsqlDataSource.Create(cluster.Stores.Records!.ConnectionString.Replace("Database=postgres", "Database=template1", StringComparison.Ordinal));
        await ExecuteAsync(admin, "ALTER DATABASE postgres ALLOW_CONNECTIONS false");
        await ExecuteAsync(admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'postgres'");
        await cluster.FaultIsFeltAsync();
        await ExecuteAsync(admin, "ALTER DATABASE postgres ALLOW_CONNECTIONS true");
    });

    [Fact]
    public Task A_Redis_that_lets_nobody_in_loses_nothing() => clusters.AfterAsync(ChaosStorage.Redis, async cluster =>
    {
        await using var admin = await AdminOfRedis(cluster);
        var server = admin.GetServers()[0];
        await server.ExecuteAsync("ACL", "SETUSER", "default", "-@all", "+acl", "+ping");
        await cluster.FaultIsFeltAsync();
        await server.ExecuteAsync("ACL", "SETUSER", "default", "+@all");
    });

    [Fact]
    public Task A_full_Redis_loses_nothing() => clusters.AfterAsync(ChaosStorage.Redis, async cluster =>
    {
        await using var admin = await AdminOfRedis(cluster);
        var server = admin.GetServers()[0];
        await server.ConfigSetAsync("maxmemory", "1");
        await cluster.FaultIsFeltAsync();
        await server.ConfigSetAsync("maxmemory", "0");
    });

    [Fact]
    public async Task A_full_disk_under_PostgreSql_loses_nothing()
    {
        SmallDisk.SkipWhereThereCanBeNone();
        await using var cluster = await StartAsync("PostgreSql", async (folder, stores, _) =>
        {
            var disk = new SmallDisk(folder.File("small"), megabytes: 24, owner: "postgres");
            await using var admin = NpgsqlDataSource.Create(stores.Records!.ConnectionString);
            await ExecuteAsync(admin, $"CREATE TABLESPACE small LOCATION '{disk.Path}'");
            await ExecuteAsync(admin, "ALTER ROLE postgres SET default_tablespace = 'small'");
            return disk;
        });
        await FillAndFreeAsync(cluster);
    }

    [Fact]
    public async Task A_full_disk_under_SQLite_loses_nothing()
    {
        SmallDisk.SkipWhereThereCanBeNone();
        await using var cluster = await FaultyCluster.StartAsync(ChaosStorage.Sqlite, 1, (folder, _, settings) =>
        {
            var disk = new SmallDisk(folder.File("small"), megabytes: 64, owner: "root");
            settings["Storage:Path"] = Path.Combine(disk.Path, "rows.db");
            return Task.FromResult(disk);
        });
        await FillAndFreeAsync(cluster);
    }

    private static async Task FillAndFreeAsync(FaultyCluster cluster)
    {
        cluster.Disk!.Fill();
        await cluster.FaultIsFeltAsync();
        cluster.Disk.Free();
        await cluster.GoesOnWithEverythingAsync();
    }

    private static Task<FaultyCluster> StartAsync(
        string storage, Func<ClusterFolder, ChaosStores, Dictionary<string, string>, Task<SmallDisk>> prepare)
    {
        PrivateServers.SkipWithout(PrivateServers.Missing);
        return FaultyCluster.StartAsync(Enum.Parse<ChaosStorage>(storage), 2, prepare);
    }

    private static async Task<ConnectionMultiplexer> AdminOfRedis(FaultyCluster cluster) =>
        await ConnectionMultiplexer.ConnectAsync($"{cluster.Stores.Records!.ConnectionString},allowAdmin=true");

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}

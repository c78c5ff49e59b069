using IqdbFlat.Grains.Storage;
using IqdbFlat.Silo.Servers;
using IqdbFlat.Silo.Storage;

namespace IqdbFlat.Silo;

/// <summary>Gives a silo the store of its records, under <see cref="StorageNames.Records"/>.</summary>
public static class StorageSiloBuilderExtensions
{
    /// <summary>The setting that a connection string is for, in errors.</summary>
    internal const string Setting = $"{IqdbFlatSiloOptions.Section}:Storage:ConnectionString";

    /// <summary>Keeps records in one file of SQLite, for one silo. File, folders and tables are made at the first start.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FlatIndexException">InvalidConfig when the path cannot be a file.</exception>
    public static ISiloBuilder AddSqliteRecords(this ISiloBuilder builder, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (string.IsNullOrWhiteSpace(path))
            throw FlatIndexException.InvalidConfig("the path of the SQLite store must name a file, found nothing");
        if (Directory.Exists(path))
            throw FlatIndexException.InvalidConfig($"the path of the SQLite store must name a file, found the folder '{path}'");
        return builder.ConfigureServices(services => SqliteStorage.Add(services, path));
    }

    /// <summary>
    /// Keeps records in a PostgreSQL database, version 15 or later. Tables are made at the first start, also of several silos at once. A silo does not start on a database whose settings
    /// could lose a commit.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="connectionString">In the form of Npgsql. No message shows it.</param>
    /// <exception cref="FlatIndexException">InvalidConfig when it cannot be read.</exception>
    public static ISiloBuilder AddPostgreSqlRecords(this ISiloBuilder builder, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connectionString);
        var server = PostgreSqlServer.Of(Setting, connectionString);
        return builder.ConfigureServices(services => PostgreSqlStorage.Add(services, server));
    }

    /// <summary>
    /// Keeps records in a Redis server. They are as durable as it is configured to be: <c>appendonly yes</c> and <c>appendfsync always</c> for what an acknowledgement promises. A silo does not
    /// start on a server that says that it has others, or that would drop keys to make room.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="connectionString">In the form of StackExchange.Redis. No message shows it.</param>
    /// <exception cref="FlatIndexException">InvalidConfig when it cannot be read.</exception>
    public static ISiloBuilder AddRedisRecords(this ISiloBuilder builder, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connectionString);
        var server = RedisServer.Of(Setting, connectionString);
        return builder.ConfigureServices(services => RedisStorage.Add(services, server));
    }

    /// <summary>Keeps records in the memory of the cluster: everything is gone when it stops. For tests and trials.</summary>
    public static ISiloBuilder AddMemoryRecords(this ISiloBuilder builder) => builder.AddMemoryGrainStorage(
        StorageNames.Records, memory => memory.Configure(storage => storage.GrainStorageSerializer = new RecordSerializer()));
}

using IqdbFlat.Grains.Storage;
using IqdbFlat.Silo.Storage;

namespace IqdbFlat.Silo;

/// <summary>Gives a silo the store of its records, under <see cref="StorageNames.Records"/>.</summary>
public static class StorageSiloBuilderExtensions
{
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

    /// <summary>Keeps records in the memory of the cluster: everything is gone when it stops. For tests and trials.</summary>
    public static ISiloBuilder AddMemoryRecords(this ISiloBuilder builder) => builder.AddMemoryGrainStorage(
        StorageNames.Records, memory => memory.Configure(storage => storage.GrainStorageSerializer = new RecordSerializer()));
}

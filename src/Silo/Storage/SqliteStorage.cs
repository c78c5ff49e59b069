using IqdbFlat.Grains.Storage;
using IqdbFlat.Silo.Servers;
using Orleans.Configuration;
using Orleans.Storage;

namespace IqdbFlat.Silo.Storage;

/// <summary>The SQLite store: Orleans' ADO.NET provider, on a thread of its own, over a file that is made at the first start.</summary>
internal static class SqliteStorage
{
    // The provider itself; what grains use under StorageNames.Records goes through the thread.
    private const string Inner = "iqdbflat.sqlite";
    private const string Invariant = "System.Data.SQLite";

    public static void Add(IServiceCollection services, string path)
    {
        services.AddAdoNetGrainStorage(Inner, options => options.Configure(storage =>
        {
            storage.Invariant = Invariant;
            storage.ConnectionString = SqliteFile.ConnectionString(path);
            storage.GrainStorageSerializer = new RecordSerializer();
            storage.DeleteStateOnClear = true;
        }));
        services.AddKeyedSingleton(Inner, (_, _) => new StorageThread("iqdbflat sqlite"));
        services.AddKeyedSingleton<IGrainStorage>(StorageNames.Records, (provider, _) => new ThreadedGrainStorage(
            provider.GetRequiredKeyedService<IGrainStorage>(Inner), provider.GetRequiredKeyedService<StorageThread>(Inner)));
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            new Preparation("iqdbflat.sqlite.schema", ServiceLifecycleStage.RuntimeStorageServices, cancellation => PrepareAsync(path, cancellation)));
    }

    // File and tables, before the provider asks for its queries.
    private static Task PrepareAsync(string path, CancellationToken cancellation) =>
        Task.Factory.StartNew(() => SqliteFile.Prepare(path), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}

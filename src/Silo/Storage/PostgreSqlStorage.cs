using IqdbFlat.Grains.Storage;
using IqdbFlat.Silo.Servers;
using Npgsql;
using Orleans.Configuration;

namespace IqdbFlat.Silo.Storage;

/// <summary>The PostgreSQL store: Orleans' ADO.NET provider over tables that are made at the first start.</summary>
internal static class PostgreSqlStorage
{
    /// <summary>Each may lose a commit that was acknowledged; and the value with which it does.</summary>
    private static readonly (string Setting, string Unsafe)[] Durability = [("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off")];

    public static void Add(IServiceCollection services, PostgreSqlServer server)
    {
        // By a factory, so that the container disposes of it.
        services.AddKeyedSingleton(StorageNames.Records, (_, _) => server);
        services.AddAdoNetGrainStorage(StorageNames.Records, options => options.Configure<IServiceProvider>((storage, provider) =>
        {
            storage.Invariant = PostgreSqlServer.Invariant;
            storage.DataSource = provider.GetRequiredKeyedService<PostgreSqlServer>(StorageNames.Records).Source;
            storage.GrainStorageSerializer = new RecordSerializer();
            storage.DeleteStateOnClear = true;
        }));
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            new Preparation("iqdbflat.postgresql.storage", ServiceLifecycleStage.RuntimeStorageServices, cancellation => PrepareAsync(server, cancellation)));
    }

    private static async Task PrepareAsync(PostgreSqlServer server, CancellationToken cancellation)
    {
        await CheckDurableAsync(server, cancellation);
        await PostgreSqlSchema.Storage.ApplyAsync(server, cancellation);
    }

    private static async Task CheckDurableAsync(PostgreSqlServer server, CancellationToken cancellation)
    {
        await using var connection = await server.OpenAsync(cancellation);
        foreach (var (setting, unsafeValue) in Durability)
        {
            await using var command = new NpgsqlCommand("SELECT current_setting($1)", connection);
            command.Parameters.AddWithValue(setting);
            if (await command.ExecuteScalarAsync(cancellation) is string value && value == unsafeValue)
                throw FlatIndexException.InvalidConfig($"{server} has {setting} {value}: a write that was acknowledged could be lost; expected another value");
        }
    }
}

using IqdbFlat.Grains.Storage;
using IqdbFlat.Silo.Servers;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using StackExchange.Redis;

namespace IqdbFlat.Silo.Storage;

/// <summary>
/// The Redis store: Orleans' provider, which compares a record's ETag and writes or deletes it in one script, so that nothing comes between.
/// </summary>
internal static partial class RedisStorage
{
    public static void Add(IServiceCollection services, RedisServer server)
    {
        // By a factory, so that the container disposes of it.
        services.AddKeyedSingleton(StorageNames.Records, (_, _) => server);
        services.AddRedisGrainStorage(StorageNames.Records, options => options.Configure<IServiceProvider>((storage, provider) =>
        {
            var shared = provider.GetRequiredKeyedService<RedisServer>(StorageNames.Records);
            string serviceId = provider.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId;
            storage.ConfigurationOptions = new();
            storage.CreateMultiplexer = async _ => (await shared.ConnectAsync(), true);
            storage.GetStorageKey = (name, owner) => Key(serviceId, owner.Key.ToString()!, name);
            storage.GrainStorageSerializer = new RecordSerializer();
            storage.DeleteStateOnClear = true;
        }));
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => new Preparation(
            "iqdbflat.redis.storage",
            ServiceLifecycleStage.RuntimeStorageServices,
            _ => PrepareAsync(server, provider.GetRequiredService<ILoggerFactory>().CreateLogger("IqdbFlat.Silo.Storage"))));
    }

    // Owner and name both have slashes: the length says where the one ends, so that no two records share a key.
    private static RedisKey Key(string serviceId, string owner, string name) => $"{serviceId}/records/{owner.Length}:{owner}/{name}";

    private static async Task PrepareAsync(RedisServer server, ILogger logger)
    {
        var info = await ReadInfoAsync(server);
        string? policy = info.GetValueOrDefault("maxmemory_policy");
        if (policy?.StartsWith("allkeys-", StringComparison.Ordinal) == true)
            throw FlatIndexException.InvalidConfig($"{server} has maxmemory-policy {policy}: it would drop records to make room; expected noeviction");
        if (info.GetValueOrDefault("aof_enabled") != "1")
            LogVolatile(logger, server.ToString());
    }

    private static async Task<Dictionary<string, string>> ReadInfoAsync(RedisServer server)
    {
        var database = (await server.ConnectAsync()).GetDatabase();
        try
        {
            string text = (string?)await database.ExecuteAsync("INFO") ?? "";
            return text.Split("\r\n").Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        }
        catch (RedisServerException)
        {
            // A user without the right to ask; the records are none the worse for it.
            return [];
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Server} keeps no append-only file: writes that were acknowledged are lost when it ends. Set appendonly yes and appendfsync always.")]
    private static partial void LogVolatile(ILogger logger, string server);
}

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
        if (info.GetValueOrDefault("aof_enabled") is { } appends && appends != "1")
            throw FlatIndexException.InvalidConfig($"{server} has appendonly no: writes that were acknowledged would be lost when it ends; expected appendonly yes with appendfsync always");
        string? sync = await ReadSettingAsync(server, "appendfsync");
        if (sync is not (null or "always"))
            throw FlatIndexException.InvalidConfig($"{server} has appendfsync {sync}: it answers before a write is on the disk, so one that was acknowledged could be lost; expected always");
        if (sync is null || !info.ContainsKey("aof_enabled"))
            LogUnknown(logger, server.ToString());
        if (await ReadSettingAsync(server, "rdbcompression") == "yes")
            LogCompression(logger, server.ToString());
    }

    // Null where the server does not tell.
    private static async Task<string?> ReadSettingAsync(RedisServer server, string name)
    {
        var database = (await server.ConnectAsync()).GetDatabase();
        try
        {
            return (string[]?)await database.ExecuteAsync("CONFIG", "GET", name) is [_, var value, ..] ? value : null;
        }
        catch (RedisServerException)
        {
            // A user without the right to ask, or a service that has no such command.
            return null;
        }
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

    [LoggerMessage(LogLevel.Warning, "{Server} does not tell whether it has appendonly yes and appendfsync always. Without them, writes that were acknowledged can be lost.")]
    private static partial void LogUnknown(ILogger logger, string server);

    [LoggerMessage(
        LogLevel.Information,
        "{Server} has rdbcompression yes: as its append-only file grows it writes the file anew, and tries to compress vectors meanwhile, which do not shrink. With rdbcompression no that takes no processor from the writes.")]
    private static partial void LogCompression(ILogger logger, string server);
}

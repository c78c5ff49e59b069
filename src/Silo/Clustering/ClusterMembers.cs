using IqdbFlat.Silo.Servers;
using Orleans.Clustering.Redis;

namespace IqdbFlat.Silo.Clustering;

/// <summary>The list of silos in a server: silos write it, clients read gateways out of it.</summary>
internal static class ClusterMembers
{
    // Few and small statements: the list changes seldom.
    private const int Connections = 4;
    private const string Key = "iqdbflat.clustering";
    private const string Setting = $"{IqdbFlatSiloOptions.Section}:Clustering:ConnectionString";

    /// <summary>Whether the list is kept by a server, and not by the first silo.</summary>
    public static bool IsServer(ClusteringProvider provider) => provider is ClusteringProvider.Redis or ClusteringProvider.PostgreSql;

    /// <summary>A silo finds the others by the list in a server.</summary>
    public static void UseMembers(this ISiloBuilder silo, ClusteringOptions options)
    {
        if (options.Provider == ClusteringProvider.Redis)
        {
            AddRedis(silo.Services, options);
            silo.UseRedisClustering(members => { });
            Prepare(silo, (services, _) => services.GetRequiredKeyedService<RedisServer>(Key).ConnectAsync());
        }
        else
        {
            AddPostgreSql(silo.Services, options);
            silo.UseAdoNetClustering(members => members.Configure<IServiceProvider>((settings, services) =>
                (settings.Invariant, settings.DataSource) = (PostgreSqlServer.Invariant, services.GetRequiredKeyedService<PostgreSqlServer>(Key).Source)));
            Prepare(silo, (services, cancellation) =>
                PostgreSqlSchema.Clustering.ApplyAsync(services.GetRequiredKeyedService<PostgreSqlServer>(Key), cancellation));
        }
    }

    /// <summary>A client finds gateways by the list in a server.</summary>
    public static void UseMembers(this IClientBuilder client, ClusteringOptions options)
    {
        if (options.Provider == ClusteringProvider.Redis)
        {
            AddRedis(client.Services, options);
            client.UseRedisClustering(members => { });
        }
        else
        {
            AddPostgreSql(client.Services, options);
            client.UseAdoNetClustering(members => members.Configure<IServiceProvider>((settings, services) =>
                (settings.Invariant, settings.DataSource) = (PostgreSqlServer.Invariant, services.GetRequiredKeyedService<PostgreSqlServer>(Key).Source)));
        }
    }

    /// <summary>Whether a client can read the list, before it tries; says where the list is.</summary>
    /// <exception cref="FlatIndexException">The server cannot be reached, or no silo has ever written there; in one sentence.</exception>
    public static async Task<string> CheckAsync(ClusteringOptions options, CancellationToken cancellation)
    {
        if (options.Provider == ClusteringProvider.Redis)
        {
            await using var redis = RedisServer.Of(Setting, options.ConnectionString);
            await redis.ConnectAsync().WaitAsync(cancellation);
            return redis.ToString();
        }

        await using var database = PostgreSqlServer.Of(Setting, options.ConnectionString, Connections);
        return await PostgreSqlSchema.Clustering.IsThereAsync(database, cancellation)
            ? database.ToString()
            : throw FlatIndexException.Unavailable($"{database} has no list of silos: none has been started with it");
    }

    // Both by factories, so that the container disposes of them.
    private static void AddRedis(IServiceCollection services, ClusteringOptions options)
    {
        var redis = RedisServer.Of(Setting, options.ConnectionString);
        services.AddKeyedSingleton(Key, (_, _) => redis);
        services.AddOptions<RedisClusteringOptions>().Configure<IServiceProvider>((members, provider) =>
        {
            // Looked at by nobody but the provider's check: the connection is ours.
            members.ConfigurationOptions = new();
            members.CreateMultiplexer = async _ => (await provider.GetRequiredKeyedService<RedisServer>(Key).ConnectAsync(), true);
        });
    }

    private static void AddPostgreSql(IServiceCollection services, ClusteringOptions options)
    {
        var database = PostgreSqlServer.Of(Setting, options.ConnectionString, Connections);
        services.AddKeyedSingleton(Key, (_, _) => database);
    }

    private static void Prepare(ISiloBuilder silo, Func<IServiceProvider, CancellationToken, Task> prepare) =>
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services =>
            new Preparation("iqdbflat.clustering", ServiceLifecycleStage.RuntimeInitialize, cancellation => prepare(services, cancellation)));
}

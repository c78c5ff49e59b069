using IqdbFlat.Silo.Servers;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;

namespace IqdbFlat.Silo.Clustering;

/// <summary>The list of silos in a server: silos write it, clients read gateways out of it.</summary>
internal static class ClusterMembers
{
    // Few and small statements: the list changes seldom.
    private const int Connections = 4;
    private const string Key = "iqdbflat.clustering";
    private const string Setting = $"{IqdbFlatSiloOptions.Section}:Clustering:ConnectionString";

    /// <summary>A silo finds the others by a Redis server.</summary>
    public static void UseRedisMembers(this ISiloBuilder silo, string connectionString)
    {
        var server = RedisServer.Of(Setting, connectionString);
        silo.UseRedisClustering(Redis(silo.Services, server));
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            new Preparation("iqdbflat.redis.clustering", ServiceLifecycleStage.RuntimeInitialize, _ => server.ConnectAsync()));
    }

    /// <summary>A client finds gateways by a Redis server.</summary>
    public static void UseRedisMembers(this IClientBuilder client, string connectionString) =>
        client.UseRedisClustering(Redis(client.Services, RedisServer.Of(Setting, connectionString)));

    /// <summary>A silo finds the others by a PostgreSQL database.</summary>
    public static void UsePostgreSqlMembers(this ISiloBuilder silo, string connectionString)
    {
        var server = PostgreSqlServer.Of(Setting, connectionString, Connections);
        silo.Services.AddKeyedSingleton(Key, (_, _) => server);
        silo.UseAdoNetClustering(options => options.Configure<IServiceProvider>((members, provider) =>
        {
            members.Invariant = PostgreSqlServer.Invariant;
            members.DataSource = provider.GetRequiredKeyedService<PostgreSqlServer>(Key).Source;
        }));
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new Preparation(
            "iqdbflat.postgresql.clustering", ServiceLifecycleStage.RuntimeInitialize, cancellation => PostgreSqlSchema.Clustering.ApplyAsync(server, cancellation)));
    }

    /// <summary>A client finds gateways by a PostgreSQL database.</summary>
    public static void UsePostgreSqlMembers(this IClientBuilder client, string connectionString)
    {
        var server = PostgreSqlServer.Of(Setting, connectionString, Connections);
        client.Services.AddKeyedSingleton(Key, (_, _) => server);
        client.UseAdoNetClustering(options => options.Configure<IServiceProvider>((members, provider) =>
        {
            members.Invariant = PostgreSqlServer.Invariant;
            members.DataSource = provider.GetRequiredKeyedService<PostgreSqlServer>(Key).Source;
        }));
    }

    private static Action<RedisClusteringOptions> Redis(IServiceCollection services, RedisServer server)
    {
        // By a factory, so that the container disposes of it.
        services.AddKeyedSingleton(Key, (_, _) => server);
        return members =>
        {
            members.ConfigurationOptions = new();
            members.CreateMultiplexer = async _ => (await server.ConnectAsync(), true);
        };
    }
}

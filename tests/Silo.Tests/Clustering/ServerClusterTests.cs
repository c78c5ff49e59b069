using System.Net;
using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Client;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Tests.Hosting;
using IqdbFlat.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace IqdbFlat.Silo.Tests.Clustering;

/// <summary>Silos that find each other by a server and keep their records in one.</summary>
public sealed class ServerClusterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ClusteringProvider.Redis, StorageProvider.PostgreSql)]
    [InlineData(ClusteringProvider.PostgreSql, StorageProvider.Redis)]
    [InlineData(ClusteringProvider.PostgreSql, StorageProvider.PostgreSql)]
    [InlineData(ClusteringProvider.Redis, StorageProvider.Redis)]
    public async Task Silos_started_at_once_form_a_cluster_and_keep_rows_beyond_it(ClusteringProvider clustering, StorageProvider storage)
    {
        await using var servers = await BothServers.NewAsync();
        await using (var cluster = await StartAsync(servers, clustering, storage, silos: 3))
        {
            var client = cluster[0].Services.GetRequiredService<IFlatIndexClient>();
            var index = await client.CreateAsync("kept", new(4, Metric.Euclidean, 3), cancellationToken: Token);
            await index.IngestAsync(
                Enumerable.Range(0, 300).Select(i => new Row((ulong)i, new float[] { i, 0, 0, 0 })).ToAsyncEnumerable(), cancellationToken: Token);
        }

        // Other silos, at other endpoints, of the same service.
        await using var later = await StartAsync(servers, clustering, storage, silos: 1);
        var found = await later[0].Services.GetRequiredService<IFlatIndexClient>().OpenAsync("kept", Token);
        Assert.Equal(300, await found.CountAsync(Token));
        Assert.Equal([7, 6, 8], (await found.SearchAsync(new float[] { 7, 0, 0, 0 }, 3, cancellationToken: Token)).Hits.Select(hit => (int)hit.Id.Number));
    }

    [Theory]
    [InlineData(StorageProvider.PostgreSql)]
    [InlineData(StorageProvider.Redis)]
    public async Task A_silo_is_ready_while_its_store_answers(StorageProvider storage)
    {
        await using var servers = await BothServers.NewAsync();
        await using var cluster = await StartAsync(servers, ClusteringProvider.Localhost, storage, silos: 1);
        ServerProcess store = storage == StorageProvider.Redis ? servers.Redis : servers.PostgreSql;
        using var http = new HttpClient { BaseAddress = cluster[0].Services.GetRequiredService<SiloAddresses>().Http };
        await ReadyAsync(http, HttpStatusCode.OK);
        await store.KillAsync();
        await ReadyAsync(http, HttpStatusCode.ServiceUnavailable);
        await store.StartAsync(Token);
        await ReadyAsync(http, HttpStatusCode.OK);
    }

    private static Task<string> ReadyAsync(HttpClient http, HttpStatusCode wanted) => RunningSilo.UntilAsync(
        async () => (await http.GetAsync(new Uri("/health/ready", UriKind.Relative), Token)).StatusCode.ToString(), seen => seen == wanted.ToString());

    private static async Task<Silos> StartAsync(BothServers servers, ClusteringProvider clustering, StorageProvider storage, int silos)
    {
        var started = new Silos();
        for (int i = 0; i < silos; i++)
        {
            started.Add(SiloHost.Create(new IqdbFlatSiloOptions
            {
                Silo = { SiloPort = 0, GatewayPort = 0, HttpPort = 0 },
                Clustering = { Provider = clustering, ConnectionString = servers.ConnectionString(clustering.ToString()) },
                Storage = { Provider = storage, ConnectionString = servers.ConnectionString(storage.ToString()) },
                Dashboard = { Enabled = false },
                Scan = { Threads = 1 },
            }));
        }

        await Task.WhenAll(started.Select(silo => silo.StartAsync(Token)));
        await RunningSilo.UntilAsync(
            async () => $"{(await started[0].Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Count} silos",
            seen => seen == $"{silos} silos");
        return started;
    }

    private sealed class Silos : List<WebApplication>, IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var silo in this)
            {
                await silo.StopAsync(CancellationToken.None);
                await silo.DisposeAsync();
            }
        }
    }

    /// <summary>One server of each kind. Where one is not installed the test is skipped.</summary>
    private sealed class BothServers(PrivateServers servers, RedisProcess redis, PostgreSqlProcess postgreSql) : IAsyncDisposable
    {
        public RedisProcess Redis => redis;

        public PostgreSqlProcess PostgreSql => postgreSql;

        public static async Task<BothServers> NewAsync()
        {
            PrivateServers.SkipWithout(PrivateServers.Missing);
            var servers = new PrivateServers();
            return new(servers, await servers.StartRedisAsync(), await servers.StartPostgreSqlAsync());
        }

        public string ConnectionString(string provider) => provider switch
        {
            "Redis" => Redis.ConnectionString,
            "PostgreSql" => PostgreSql.ConnectionString,
            _ => "",
        };

        public ValueTask DisposeAsync() => servers.DisposeAsync();
    }
}

using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Silo;
using IqdbFlat.Tests.Servers;

namespace IqdbFlat.Cli.Tests.Commands;

/// <summary>Commands that find their cluster by the list of its silos in a server.</summary>
public sealed class ServerClusteringTests
{
    private const string Provider = "IqdbFlat__Clustering__Provider";
    private const string Connection = "IqdbFlat__Clustering__ConnectionString";

    [Theory]
    [InlineData(ClusteringProvider.Redis)]
    [InlineData(ClusteringProvider.PostgreSql)]
    public async Task Gateways_are_found_where_the_silos_list_them(ClusteringProvider provider)
    {
        bool isRedis = provider == ClusteringProvider.Redis;
        await using var servers = new PrivateServers();
        ServerProcess server = isRedis ? await servers.StartRedisAsync() : await servers.StartPostgreSqlAsync();
        (string, string)[] variables = [(Provider, provider.ToString()), (Connection, server.ConnectionString)];
        string place = isRedis ? $"Redis at {server.Endpoint}" : $"PostgreSQL at {server.Endpoint}";
        var empty = (await SchemaCommandTests.RunAsync(variables, "list")).Fails(ExitCode.Failed, "unavailable", place);
        Assert.DoesNotContain(server.Password, empty.Error, StringComparison.Ordinal);

        await using var silo = SiloHost.Create(new IqdbFlatSiloOptions
        {
            Silo = { SiloPort = 0, GatewayPort = 0, HttpPort = 0 },
            Clustering = { Provider = provider, ConnectionString = server.ConnectionString },
            Storage = { Provider = StorageProvider.Memory },
            Dashboard = { Enabled = false },
        });
        await silo.StartAsync(TestContext.Current.CancellationToken);
        (await SchemaCommandTests.RunAsync(variables, "create", "films", "--dimension", "3", "--metric", "cosine")).Ok();
        var listed = await SchemaCommandTests.RunAsync(variables[1..], "list", "--clustering", provider.ToString().ToUpperInvariant(), "--json");
        Assert.Equal("films", listed.Ok().Json.GetProperty("indexes")[0].GetProperty("name").GetString());
        (await SchemaCommandTests.RunAsync(variables, "list", "--cluster-id", "other")).Fails(ExitCode.Failed, "'other'", place);
        await silo.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_cannot_be_is_bad_input()
    {
        (await SchemaCommandTests.RunAsync([], "list", "--clustering", "consul"))
            .Fails(ExitCode.BadInput, "--clustering is one of localhost, redis, postgresql, found 'consul'");
        (await SchemaCommandTests.RunAsync([], "list", "--clustering", "redis")).Fails(ExitCode.BadInput, $"the variable {Connection} must say how to reach Redis");
        (await SchemaCommandTests.RunAsync([(Connection, "redis:6379")], "list", "--clustering", "redis", "--gateway", "127.0.0.1:30000"))
            .Fails(ExitCode.BadInput, "--gateway belongs to --clustering localhost");
        (await SchemaCommandTests.RunAsync([(Provider, "3")], "list")).Fails(ExitCode.BadInput, $"{Provider} is one of localhost, redis, postgresql, found '3'");
    }

    [Fact]
    public async Task A_gateway_that_is_named_is_the_one_to_use() =>
        (await SchemaCommandTests.RunAsync([(Provider, "Redis"), (Connection, "127.0.0.1:1")], "list", "--gateway", "127.0.0.1:2"))
            .Fails(ExitCode.Failed, "at the gateway 127.0.0.1:2");
}

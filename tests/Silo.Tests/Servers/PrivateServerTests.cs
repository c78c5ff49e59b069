using System.Net.Sockets;
using IqdbFlat.Silo.Tests.Hosting;
using IqdbFlat.Tests.Servers;
using Npgsql;
using StackExchange.Redis;

namespace IqdbFlat.Silo.Tests.Servers;

/// <summary>The servers that other tests stand on: their data survives what it should, and nothing of them outlives the test.</summary>
public sealed class PrivateServerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Redis_comes_back_with_its_data_at_the_same_port(bool isKilled)
    {
        Require(RedisServer.Missing);
        await using var server = await RedisServer.NewAsync();
        int port = server.Port;
        await RedisAsync(server, database => database.StringSetAsync("kept", "yes"));
        await (isKilled ? server.KillAsync() : server.StopAsync());
        Assert.False(Answers(port));
        await server.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(port, server.Port);
        Assert.Equal("yes", await RedisAsync(server, async database => (string?)await database.StringGetAsync("kept")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PostgreSql_comes_back_with_its_data_at_the_same_port(bool isKilled)
    {
        Require(PostgreSqlServer.Missing);
        await using var server = await PostgreSqlServer.NewAsync();
        int port = server.Port;
        await server.ExecuteAsync("postgres", "CREATE TABLE kept AS SELECT 'yes' AS answer");
        await (isKilled ? server.KillAsync() : server.StopAsync());
        Assert.False(Answers(port));
        await server.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(port, server.Port);
        await using var source = NpgsqlDataSource.Create(server.ConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand("SELECT answer FROM kept");
        Assert.Equal("yes", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_suspended_server_answers_when_it_goes_on()
    {
        Require(RedisServer.Missing);
        await using var server = await RedisServer.NewAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString + ",asyncTimeout=120000");
        await server.SuspendAsync();
        var answer = connection.GetDatabase().PingAsync();
        await server.ResumeAsync();
        await answer;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_whose_test_is_gone_ends_and_leaves_no_file(bool isPostgreSql)
    {
        Require(isPostgreSql ? PostgreSqlServer.Missing : RedisServer.Missing);
        PrivateServer server = isPostgreSql ? await PostgreSqlServer.NewAsync() : await RedisServer.NewAsync();
        server.Abandon();
        await RunningSilo.UntilAsync(
            () => Task.FromResult($"{(Answers(server.Port) ? "it answers" : "")}{(Directory.Exists(server.Folder) ? " its folder is there" : "")}"),
            seen => seen.Length == 0);
    }

    private static void Require(string? missing)
    {
        if (missing is not null)
            Assert.Skip(missing);
    }

    private static async Task<T> RedisAsync<T>(RedisServer server, Func<IDatabase, Task<T>> ask)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        return await ask(connection.GetDatabase());
    }

    private static bool Answers(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

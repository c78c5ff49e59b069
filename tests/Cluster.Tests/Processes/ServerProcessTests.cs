using System.Net.Sockets;
using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Tests.Servers;
using Npgsql;
using StackExchange.Redis;

namespace IqdbFlat.Cluster.Tests.Processes;

/// <summary>The servers that chaos and tests stand on: their data survives what it should, and nothing of them is left behind.</summary>
public sealed class ServerProcessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_comes_back_with_its_data_at_the_same_port()
    {
        await using var servers = new PrivateServers();
        var server = await servers.StartRedisAsync();
        await RedisAsync(server, database => database.StringSetAsync("kept", "yes"));
        string reached = server.ConnectionString;
        await server.KillAsync();
        Assert.False(Answers(server));
        await server.StartAsync(Token);
        Assert.Equal(reached, server.ConnectionString);
        Assert.Equal("yes", await RedisAsync(server, async database => (string?)await database.StringGetAsync("kept")));
    }

    [Fact]
    public async Task PostgreSql_comes_back_with_its_data_at_the_same_port()
    {
        await using var servers = new PrivateServers();
        var server = await servers.StartPostgreSqlAsync();
        await server.ExecuteAsync("postgres", "CREATE TABLE kept AS SELECT 'yes' AS answer");
        string reached = server.ConnectionString;
        await server.KillAsync();
        Assert.False(Answers(server));
        await server.StartAsync(Token);
        Assert.Equal(reached, server.ConnectionString);
        await using var source = NpgsqlDataSource.Create(server.ConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand("SELECT answer FROM kept");
        Assert.Equal("yes", await command.ExecuteScalarAsync(Token));
    }

    [Fact]
    public async Task A_suspended_server_answers_when_it_goes_on()
    {
        await using var servers = new PrivateServers();
        var server = await servers.StartRedisAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString + ",asyncTimeout=120000");
        server.Suspend();
        var answer = connection.GetDatabase().PingAsync();
        server.Resume();
        await answer;
    }

    /// <summary>What looks for a free port has it for a moment.</summary>
    [Fact]
    public async Task A_port_that_is_taken_when_the_server_starts_is_waited_for()
    {
        await using var servers = new PrivateServers();
        var server = await servers.StartRedisAsync();
        await server.KillAsync();
        Task starting;
        using (var taker = new TcpListener(server.Endpoint) { ExclusiveAddressUse = true })
        {
            taker.Start();
            starting = server.StartAsync(Token);
            await Waiting.UntilAsync(() => Task.FromResult(server.LogTail), log => log.Contains("Address already in use", StringComparison.Ordinal));
        }

        await starting;
        Assert.True(Answers(server));
    }

    /// <summary>A PostgreSQL that is only killed leaves the memory that it shares with its children, a MiB and more of what a container has 64 of.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposing_leaves_no_shared_memory_and_no_child_even_of_one_that_stands_still(bool isSuspended)
    {
        await using var servers = new PrivateServers();
        var server = await servers.StartPostgreSqlAsync();
        int[] children = ProcessFamily.Of(server.ProcessId);
        string[] shared = SharedMemory(server.ProcessId);
        Assert.NotEmpty(children);
        Assert.NotEmpty(shared);
        if (isSuspended)
            server.Suspend();
        await server.DisposeAsync();
        Assert.DoesNotContain(shared, File.Exists);
        Assert.DoesNotContain(children, IsAlive);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Servers_whose_test_is_gone_end_with_their_children_and_leave_no_file(bool isSuspended)
    {
        await using var servers = new PrivateServers();
        ServerProcess[] both = [await servers.StartRedisAsync(), await servers.StartPostgreSqlAsync()];
        int[] children = ProcessFamily.Of(both[1].ProcessId);
        if (isSuspended)
            Array.ForEach(both, server => server.Suspend());
        servers.Abandon();
        await Waiting.UntilAsync(
            () => Task.FromResult(string.Join(' ', both.Where(Answers).Select(server => server.GetType().Name).Concat(children.Where(IsAlive).Select(child => $"{child}")))),
            left => left.Length == 0);
        Assert.False(Directory.Exists(servers.Folder));
    }

    // The files of /dev/shm that a process has mapped; none of one that has ended.
    private static string[] SharedMemory(int process) =>
        [.. File.ReadLines($"/proc/{process}/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..]).Where(path => path.StartsWith("/dev/shm/", StringComparison.Ordinal)).Distinct()];

    // One that has ended and that its parent has not asked about yet has no command line.
    private static bool IsAlive(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Length > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<T> RedisAsync<T>(RedisProcess server, Func<IDatabase, Task<T>> ask)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        return await ask(connection.GetDatabase());
    }

    private static bool Answers(ServerProcess server)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(server.Endpoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

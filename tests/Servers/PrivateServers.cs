using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Cli.Chaos.Servers;

namespace IqdbFlat.Tests.Servers;

/// <summary>Servers of a test's own, in a temporary folder. Nothing of them outlives the test, however it ends. Where one is not installed the test is skipped, and says why.</summary>
internal sealed class PrivateServers : IAsyncDisposable
{
    private readonly List<ServerProcess> _servers = [];
    private readonly ProcessGuard _guard;

    public PrivateServers() => _guard = new(Folder);

    /// <summary>Why a test of both kinds is skipped; null where it is not.</summary>
    public static string? Missing => RedisProcess.Missing ?? PostgreSqlProcess.Missing;

    public string Folder { get; } = Directory.CreateTempSubdirectory("iqdbflat-servers-").FullName;

    /// <summary>Skips the test where something is missing.</summary>
    /// <param name="missing">What, in a sentence; null for nothing.</param>
    public static void SkipWithout(string? missing) => Assert.SkipWhen(missing is not null, $"{missing}: ./test --install gets it");

    /// <summary>Starts a Redis.</summary>
    /// <param name="settings">Further settings, as <c>--maxmemory 100mb</c> in two words.</param>
    public Task<RedisProcess> StartRedisAsync(params string[] settings)
    {
        SkipWithout(RedisProcess.Missing);
        return StartAsync(new RedisProcess(_guard, Folder, $"redis-{_servers.Count}", settings: settings));
    }

    /// <summary>Starts a PostgreSQL.</summary>
    /// <param name="settings">Further settings, as <c>fsync=off</c>.</param>
    public Task<PostgreSqlProcess> StartPostgreSqlAsync(params string[] settings)
    {
        SkipWithout(PostgreSqlProcess.Missing);
        return StartAsync(new PostgreSqlProcess(_guard, Folder, $"postgresql-{_servers.Count}", settings));
    }

    /// <summary>What the end of the test's process, however it comes, does to them.</summary>
    public void Abandon() => _guard.Dispose();

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        _guard.Dispose();
        Assert.False(Directory.Exists(Folder), $"{Folder} is still there");
    }

    private async Task<T> StartAsync<T>(T server)
        where T : ServerProcess
    {
        _servers.Add(server);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }
}

using System.Globalization;
using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Tests.Servers;
using Orleans.Runtime;

namespace IqdbFlat.Cluster.Tests.Lifecycle;

/// <summary>Silos in processes of their own, with their list of members in Redis and their records in PostgreSQL, and a client of all of them.</summary>
internal sealed class StoredCluster : IAsyncDisposable
{
    private readonly ClusterFolder _folder = new();
    private readonly PrivateServers _servers = new();
    private SiloCluster? _silos;
    private ClusterConnection? _connection;

    private StoredCluster()
    {
    }

    public IReadOnlyList<SiloProcess> Silos => _silos!.Silos;

    public ClusterConnection Connection => _connection!;

    public string LogTails => _silos!.LogTails;

    public static async Task<StoredCluster> StartAsync(int silos, TimeSpan deadline)
    {
        var token = TestContext.Current.CancellationToken;
        var cluster = new StoredCluster();
        try
        {
            var members = await cluster._servers.StartRedisAsync();
            var records = await cluster._servers.StartPostgreSqlAsync();
            cluster._silos = new(cluster._folder.Guard, SiloProgram.Built, silos, cluster._folder.Path, new Dictionary<string, string>
            {
                ["Silo:ClusterId"] = "lifecycle",
                ["Silo:ServiceId"] = "lifecycle",
                ["Clustering:Provider"] = "Redis",
                ["Clustering:ConnectionString"] = members.ConnectionString,
                ["Storage:Provider"] = "PostgreSql",
                ["Storage:ConnectionString"] = records.ConnectionString,
                ["Prefetch:ExpectedSilos"] = silos.ToString(CultureInfo.InvariantCulture),
                ["Dashboard:Enabled"] = "false",
            });

            // The first makes the tables; the others find them.
            await cluster.Silos[0].StartAsync(token);
            await cluster._silos.StartAsync(token);
            cluster._connection = await cluster._silos.ConnectAsync(client => client.Deadline = deadline, token);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The list of members, those that are gone included.</summary>
    public Task<MembershipEntry[]> MembersAsync() => Connection.Management.GetDetailedHosts(onlyActive: false);

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(LogTails);
        if (_connection is not null)
            await _connection.DisposeAsync();
        if (_silos is not null)
            await _silos.DisposeAsync();
        await _servers.DisposeAsync();
        _folder.Dispose();
    }
}

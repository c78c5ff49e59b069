using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Chaos.Servers;

/// <summary>What silos need beside themselves: a server for their records, and Redis for the list of silos where there are several.</summary>
internal sealed class ChaosStores : IAsyncDisposable
{
    private ChaosStores(ServerProcess? records, ServerProcess? members, Dictionary<string, string> settings) =>
        (Records, Members, Settings) = (records, members, settings);

    /// <summary>The server of the records; null for a file.</summary>
    public ServerProcess? Records { get; }

    /// <summary>The server of the list of silos; null for a single silo.</summary>
    public ServerProcess? Members { get; }

    /// <summary>The silos' settings.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>The last lines of the servers' logs.</summary>
    public string LogTails => string.Join('\n', new[] { Records, Members }.OfType<ServerProcess>().Select(server => server.LogTail));

    /// <summary>Starts the servers.</summary>
    /// <param name="guard">Kills them when this process ends.</param>
    /// <param name="storage">Where records are kept.</param>
    /// <param name="silos">How many silos there will be.</param>
    /// <param name="folder">Where the servers' data and logs lie.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FlatIndexException">
    /// <see cref="FlatErrorKind.InvalidConfig"/>: several silos on one file, or a program that is not installed.
    /// </exception>
    public static async Task<ChaosStores> StartAsync(
        ProcessGuard guard, ChaosStorage storage, int silos, string folder, CancellationToken cancellationToken)
    {
        Check(storage, silos);
        ServerProcess? records = storage switch
        {
            ChaosStorage.PostgreSql => new PostgreSqlProcess(guard, folder, "records"),
            ChaosStorage.Redis => new RedisProcess(guard, folder, "records"),
            _ => null,
        };
        ServerProcess? members = silos > 1 ? new RedisProcess(guard, folder, "members") : null;
        var stores = new ChaosStores(records, members, SettingsOf(storage, records, members, folder));
        try
        {
            await Task.WhenAll(new[] { records, members }.OfType<ServerProcess>().Select(server => server.StartAsync(cancellationToken)));
            return stores;
        }
        catch
        {
            await stores.DisposeAsync();
            throw;
        }
    }

    /// <summary>Refuses what cannot be, before anything is made.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>: several silos on one file, or a program that is not installed.</exception>
    public static void Check(ChaosStorage storage, int silos)
    {
        if (storage == ChaosStorage.Sqlite && silos > 1)
            throw FlatIndexException.InvalidConfig($"a file of SQLite is for 1 silo, found {silos}");
        string? missing = storage == ChaosStorage.Redis || silos > 1 ? RedisProcess.Missing : null;
        missing ??= storage == ChaosStorage.PostgreSql ? PostgreSqlProcess.Missing : null;
        if (missing is not null)
            throw FlatIndexException.InvalidConfig(missing);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { Records, Members }.OfType<ServerProcess>())
            await server.DisposeAsync();
    }

    private static Dictionary<string, string> SettingsOf(ChaosStorage storage, ServerProcess? records, ServerProcess? members, string folder)
    {
        var settings = new Dictionary<string, string>
        {
            ["Silo:ClusterId"] = "chaos",
            ["Silo:ServiceId"] = "chaos",
            ["Dashboard:Enabled"] = "false",
            ["Storage:Provider"] = storage.ToString(),

            // Often, so that kills meet checkpoints and collections of every kind.
            ["Storage:CheckpointRecords"] = "40",

            // However small, so that kills meet several records on their way.
            ["Storage:LargeRecordBytes"] = "1",
        };
        if (records is null)
            settings["Storage:Path"] = Path.Combine(folder, "rows.db");
        else
            settings["Storage:ConnectionString"] = records.ConnectionString;
        if (members is null)
            return settings;
        settings["Clustering:Provider"] = "Redis";
        settings["Clustering:ConnectionString"] = members.ConnectionString;
        return settings;
    }
}

using System.Globalization;
using Npgsql;

namespace IqdbFlat.Tests.Servers;

/// <summary>A PostgreSQL server with the durability that it has by default.</summary>
public sealed class PostgreSqlServer : PrivateServer
{
    private const string User = "tester";

    // PostgreSQL does not run as root: then it runs as a user that its package makes, or else as nobody.
    private static readonly string? Account = !Environment.IsPrivilegedProcess ? null
        : File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    private static readonly string? Program = Find("postgres", InstalledFolders());
    private readonly string[] _settings;

    private PostgreSqlServer(string[] settings) => _settings = settings;

    /// <summary>Why there can be none on this machine; null where there can.</summary>
    public static string? Missing => Program is null ? "postgresql (15 or later) is not installed: ./test --install gets it." : null;

    /// <inheritdoc/>
    public override string ConnectionString => To("postgres");

    /// <inheritdoc/>
    protected override (string Orderly, string AtOnce) Signals => ("INT", "QUIT");

    /// <inheritdoc/>
    protected override IEnumerable<string> Command => AsAccount(
    [
        Program!, "-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
        "-c", "max_connections=300", .. _settings.SelectMany(setting => new[] { "-c", setting }),
    ]);

    private string Data => Path.Combine(Folder, "data");

    /// <summary>Makes and starts one.</summary>
    /// <param name="settings">Further settings, as <c>fsync=off</c>.</param>
    public static async Task<PostgreSqlServer> NewAsync(params string[] settings)
    {
        var server = new PostgreSqlServer(settings);
        await server.InitializeAsync();
        await server.StartAsync();
        return server;
    }

    /// <summary>How clients reach one of its databases.</summary>
    public string To(string database) => $"Host=127.0.0.1;Port={Port};Database={database};Username={User};Password={Password}";

    /// <summary>Makes an empty database and says how to reach it.</summary>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        await ExecuteAsync("postgres", $"CREATE DATABASE \"{name}\"");
        return To(name);
    }

    /// <summary>Runs a statement as the owner of everything.</summary>
    public async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(To(database) + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <inheritdoc/>
    protected override async Task AskAsync(CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString + ";Pooling=false;Timeout=5");
        await using var command = source.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync(cancellation);
    }

    private async Task InitializeAsync()
    {
        string password = Path.Combine(Folder, "password");
        await File.WriteAllTextAsync(password, Password);
        if (Account is not null)
            await RunAsync(["chown", "-R", Account, Folder], default);
        await RunAsync(
            AsAccount(
            [
                Path.Combine(Path.GetDirectoryName(Program!)!, "initdb"), "-D", Data, "-U", User, "--pwfile", password, "--auth=scram-sha-256", "--encoding=UTF8",
                "--no-locale", "--no-sync", "--no-instructions",
            ]),
            default);
    }

    private static IEnumerable<string> AsAccount(IEnumerable<string> command) =>
        Account is null ? command : ["setpriv", $"--reuid={Account}", $"--regid={Account}", "--clear-groups", "--", .. command];

    private static IEnumerable<string> InstalledFolders() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out int version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"))
        : [];
}

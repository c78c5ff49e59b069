using System.Diagnostics;
using System.Globalization;
using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Chaos.Servers;

/// <summary>A PostgreSQL server of this process's own, on a free loopback port, with its usual durability.</summary>
/// <param name="guard">Kills it when this process ends.</param>
/// <param name="folder">Where its data and its log lie.</param>
/// <param name="name">Its name there.</param>
/// <param name="settings">Further settings, as <c>fsync=off</c>.</param>
internal sealed class PostgreSqlProcess(ProcessGuard guard, string folder, string name = "postgresql", params string[] settings)
    : ServerProcess(guard, folder, name, null)
{
    private const string User = "postgres";
    private const string Program = "postgres";
    private const string Maker = "initdb";
    private const UnixFileMode Passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // PostgreSQL does not run as root: there it runs as the user that the distribution's package makes, or else as nobody.
    private static readonly string? Account = !Environment.IsPrivilegedProcess ? null
        : File.ReadLines("/etc/passwd").Any(line => line.StartsWith($"{User}:", StringComparison.Ordinal)) ? User : "nobody";

    /// <summary>Why there can be none on this machine; null where there can.</summary>
    public static string? Missing => ServerPrograms.Missing(Program, Maker);

    /// <inheritdoc/>
    public override string ConnectionString => To(User);

    /// <inheritdoc/>
    protected override string Ready => "database system is ready to accept connections";

    /// <inheritdoc/>
    protected override Signal AtOnce => Signal.Quit;

    private string Data => Path.Combine(Folder, "data");

    /// <summary>How clients reach one of its databases.</summary>
    public string To(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host={Endpoint.Address};Port={Endpoint.Port};Database={database};Username={User};Password={Password}");

    /// <inheritdoc/>
    protected override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(Data))
            return;
        string password = Path.Combine(Folder, "password");
        await File.WriteAllTextAsync(password, Password, cancellationToken);
        if (Account is not null && !OperatingSystem.IsWindows())
        {
            // Its own folder is its user's, and the way there passable.
            File.SetUnixFileMode(Path.GetDirectoryName(Folder)!, Passable);
            await RunAsync(new("chown", ["-R", Account, Folder]), cancellationToken);
        }

        await RunAsync(
            AsAccount(
                Maker, "-D", Data, "-U", User, "--auth=scram-sha-256", "--pwfile", password, "--no-locale", "--encoding=UTF8", "--no-sync", "--no-instructions"),
            cancellationToken);
    }

    /// <inheritdoc/>
    protected override ProcessStartInfo Command() => AsAccount(
        Program,
        [
            "-D", Data, "-p", Endpoint.Port.ToString(CultureInfo.InvariantCulture), "-c", $"listen_addresses={Endpoint.Address}", "-c", "unix_socket_directories=",
            "-c", "max_connections=300", .. settings.SelectMany(setting => new[] { "-c", setting }),
        ]);

    private static ProcessStartInfo AsAccount(string program, params string[] arguments)
    {
        string path = ServerPrograms.Find(program);
        return Account is null ? new(path, arguments) : new("setpriv", [$"--reuid={Account}", $"--regid={Account}", "--clear-groups", "--", path, .. arguments]);
    }

    private static async Task RunAsync(ProcessStartInfo command, CancellationToken cancellationToken)
    {
        (command.RedirectStandardOutput, command.RedirectStandardError) = (true, true);
        using var process = Process.Start(command)!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw FlatIndexException.Unavailable($"{command.FileName} ended with code {process.ExitCode}: {string.Concat(await said)}");
    }
}

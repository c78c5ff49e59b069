using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Chaos.Servers;

/// <summary>A PostgreSQL server of this process's own, on a free loopback port, with its usual durability.</summary>
/// <remarks>PostgreSQL does not run as root: there it runs as the user <c>postgres</c>, which the distribution's package makes.</remarks>
internal sealed class PostgreSqlProcess(ProcessGuard guard, string folder, string name = "postgresql") : ServerProcess(guard, folder, name, null)
{
    private const string User = "postgres";
    private const UnixFileMode Passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private readonly string _password = RandomNumberGenerator.GetHexString(32);

    /// <inheritdoc/>
    public override string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Endpoint.Port};Database={User};Username={User};Password={_password}");

    /// <inheritdoc/>
    protected override string Ready => "database system is ready to accept connections";

    private string Data => Path.Combine(Folder, "data");

    /// <inheritdoc/>
    protected override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(Data))
            return;
        string password = Path.Combine(Folder, "password");
        await File.WriteAllTextAsync(password, _password, cancellationToken);
        if (!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess)
        {
            // Its own folder is its user's, and the way there passable.
            File.SetUnixFileMode(Path.GetDirectoryName(Folder)!, Passable);
            await RunAsync(new("chown", ["-R", User, Folder]), cancellationToken);
        }

        await RunAsync(AsUser("initdb", "-D", Data, "-U", User, "--auth=scram-sha-256", "--pwfile", password, "--no-locale", "--encoding=UTF8"), cancellationToken);
    }

    /// <inheritdoc/>
    protected override ProcessStartInfo Command() => AsUser(
        "postgres",
        "-D", Data,
        "-p", Endpoint.Port.ToString(CultureInfo.InvariantCulture),
        "-c", "listen_addresses=127.0.0.1",
        "-c", "unix_socket_directories=");

    private static ProcessStartInfo AsUser(string program, params string[] arguments)
    {
        string path = ServerPrograms.Find(program);
        return Environment.IsPrivilegedProcess
            ? new("setpriv", ["--reuid", User, "--regid", User, "--clear-groups", path, .. arguments])
            : new(path, arguments);
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

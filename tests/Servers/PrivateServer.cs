using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace IqdbFlat.Tests.Servers;

/// <summary>
/// A server of the test's own, on a free loopback port, with its data in a temporary folder. It can be stopped, killed, suspended and started again at the same port.
/// </summary>
/// <remarks>
/// A shell stands between the test and the server: it waits for its standard input to end, which it does however the test ends, then ends the server and removes the folder.
/// </remarks>
public abstract class PrivateServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Below the range from which the system gives ports to connections, so that none takes the port while the server is down.
    private const int FirstPort = 20_000;
    private const int LastPort = 32_000;

    // $1: the signal that ends the server at once; $2: its folder; then the server. Its process number is the first line said. A line that
    // is read is the signal to end it by, and the folder stays; no line is the end of the test, however that came.
    private const string Guard = """
        at_once=$1; folder=$2; shift 2
        "$@" </dev/null >>"$folder/server.log" 2>&1 &
        server=$!
        echo $server
        if read -r signal; then
          kill -s "$signal" $server
          wait $server
        else
          kill -s CONT $server $(cat /proc/$server/task/$server/children)
          kill -s "$at_once" $server
          wait $server
          rm -rf "$folder"
        fi 2>/dev/null
        """;

    private Process? _guard;

    /// <summary>Makes a folder of its own.</summary>
    protected PrivateServer()
    {
        Folder = Directory.CreateTempSubdirectory("iqdbflat-server-").FullName;
        Port = FreePort();
    }

    /// <summary>Where its data and its log, <c>server.log</c>, are.</summary>
    public string Folder { get; }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>The password that it asks for.</summary>
    public string Password { get; } = $"secret-{Guid.NewGuid():n}";

    /// <summary>The number of its process while it runs.</summary>
    public int ProcessId { get; private set; }

    /// <summary>How clients reach it, password included.</summary>
    public abstract string ConnectionString { get; }

    /// <summary>The signal at which it closes its data and ends, and that at which it ends at once.</summary>
    protected abstract (string Orderly, string AtOnce) Signals { get; }

    /// <summary>The command that serves, program first.</summary>
    protected abstract IEnumerable<string> Command { get; }

    /// <summary>Whether it answers; anything thrown is a no.</summary>
    protected abstract Task AskAsync(CancellationToken cancellation);

    /// <summary>Starts it, at the port that it had before, and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        bool isFirst = ProcessId == 0;
        long started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await LaunchAsync(cancellation);
            string? failure = await WaitAsync(started, cancellation);
            if (failure is null)
                return;
            await EndAsync("KILL");
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                throw new InvalidOperationException($"{GetType().Name} on port {Port} does not answer: {failure}. Its log:\n{ReadLog()}");

            // Another process may have taken the port in between.
            if (isFirst)
                Port = FreePort();
        }
    }

    /// <summary>Lets it close its data and end.</summary>
    public Task StopAsync() => EndAsync(Signals.Orderly);

    /// <summary>Kills it and its children with SIGKILL.</summary>
    public async Task KillAsync()
    {
        using (var server = Process.GetProcessById(ProcessId))
            server.Kill(entireProcessTree: true);
        await EndAsync("KILL");
    }

    /// <summary>Stops it in its tracks: connections stay open and nothing answers.</summary>
    public Task SuspendAsync() => SignalAsync("STOP");

    /// <summary>Lets it go on.</summary>
    public Task ResumeAsync() => SignalAsync("CONT");

    /// <summary>What the end of this process, however it comes, does to the server.</summary>
    public void Abandon()
    {
        _guard!.StandardInput.Close();
        _guard.Dispose();
        _guard = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_guard is not null)
        {
            if (IsRunning())
                await ResumeAsync();
            await EndAsync(Signals.AtOnce);
        }

        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>What it has said.</summary>
    public string ReadLog() => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    /// <summary>The first of some files that exists; null for none.</summary>
    protected static string? Find(string program, params IEnumerable<string> folders) => folders
        .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    protected static async Task RunAsync(IEnumerable<string> command, CancellationToken cancellation)
    {
        string[] words = [.. command];
        using var process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
        string error = await process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"'{string.Join(' ', words)}' ended with {process.ExitCode}: {error}{await output}");
    }

    private string LogFile => Path.Combine(Folder, "server.log");

    private async Task LaunchAsync(CancellationToken cancellation)
    {
        string[] arguments = ["-c", Guard, "guard", Signals.AtOnce, Folder, .. Command];
        _guard = Process.Start(new ProcessStartInfo("/bin/sh", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        string? line = await _guard.StandardOutput.ReadLineAsync(cancellation);
        ProcessId = int.Parse(line ?? "", CultureInfo.InvariantCulture);
    }

    private async Task<string?> WaitAsync(long started, CancellationToken cancellation)
    {
        using var interval = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            try
            {
                await AskAsync(cancellation);
                return null;
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                if (!IsRunning())
                    return "it has ended";
                if (TimeProvider.System.GetElapsedTime(started) > Patience)
                    return error.Message;
            }

            await interval.WaitForNextTickAsync(cancellation);
        }
    }

    private async Task EndAsync(string signal)
    {
        if (_guard is null)
            return;
        await _guard.StandardInput.WriteLineAsync(signal);
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
        _guard = null;
    }

    // The parent first, so that it makes no further child meanwhile; a child that ends meanwhile is no failure.
    private Task SignalAsync(string signal) => RunAsync(
        ["/bin/sh", "-c", "kill -s \"$0\" \"$1\" && { kill -s \"$0\" $(cat \"/proc/$1/task/$1/children\") || true; }", signal, ProcessId.ToString(CultureInfo.InvariantCulture)], default);

    // One that has ended and that its parent has not asked about yet is a zombie.
    private bool IsRunning() => File.Exists($"/proc/{ProcessId}/stat") && !File.ReadAllText($"/proc/{ProcessId}/stat").Contains(") Z ", StringComparison.Ordinal);

    private static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(FirstPort, LastPort);
            var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
            finally
            {
                listener.Dispose();
            }
        }
    }
}

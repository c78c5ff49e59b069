using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Hosting;

namespace IqdbFlat.Cli.Chaos.Servers;

/// <summary>A store's server in a process of its own, at one endpoint, with one password and one folder over all of its starts.</summary>
internal abstract class ServerProcess : IAsyncDisposable
{
    private const string Taken = "Address already in use";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly ProcessGuard _guard;
    private readonly ProcessLog _log;
    private GuardedProcess? _process;

    /// <summary>Makes the server's folder and settles its port; nothing runs yet.</summary>
    protected ServerProcess(ProcessGuard guard, string folder, string name, IPAddress? address)
    {
        _guard = guard;
        Endpoint = new(address ??= IPAddress.Loopback, FreePorts.Settle(address, 0)[0]);
        Folder = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        _log = new(Path.Combine(folder, $"{name}.log"));
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>The password that it asks for.</summary>
    public string Password { get; } = RandomNumberGenerator.GetHexString(32);

    /// <summary>How clients reach it, password included.</summary>
    public abstract string ConnectionString { get; }

    /// <summary>The number of its process; 0 where none has been started.</summary>
    public int ProcessId => _process?.Id ?? 0;

    /// <summary>The last lines of its log.</summary>
    public string LogTail => $"--- {_log.Path}\n{_log.Tail}";

    /// <summary>Where its data lie.</summary>
    protected string Folder { get; }

    /// <summary>What it says when it is ready.</summary>
    protected abstract string Ready { get; }

    /// <summary>The signal at which it ends at once and leaves nothing behind but its folder.</summary>
    protected virtual Signal AtOnce => Signal.Kill;

    /// <summary>Starts it and waits until it answers.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.Unavailable"/>: it ended instead.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        long began = TimeProvider.System.GetTimestamp();
        using var interval = new PeriodicTimer(Interval);
        while (!await TryStartAsync(began, cancellationToken))
            await interval.WaitForNextTickAsync(cancellationToken);
    }

    /// <summary>Ends it and all of its children with SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        int[] family = ProcessFamily.Of(process.Id);
        await process.DisposeAsync();
        await ProcessFamily.KillAsync(family);
    }

    /// <summary>Lets it and all of its children stand still: connections stay open, and nothing answers.</summary>
    public void Suspend() => Send(Signal.Suspend);

    /// <summary>Lets it go on.</summary>
    public void Resume() => Send(Signal.Resume);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { HasEnded: false } process)
        {
            // One that stands still does not hear it, and one that does not listen is killed.
            process.Send(AtOnce);
            Resume();
            await process.EndedAsync().WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await KillAsync();
        _log.Dispose();
    }

    /// <summary>What to do before it starts.</summary>
    protected virtual Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>How it is started.</summary>
    protected abstract ProcessStartInfo Command();

    /// <summary>False where its port was taken, as it is for a moment by whoever looks for a free one.</summary>
    private async Task<bool> TryStartAsync(long began, CancellationToken cancellationToken)
    {
        bool isTaken = false;
        _process = GuardedProcess.Start(_guard, Command(), _log, line =>
        {
            isTaken |= line.Contains(Taken, StringComparison.Ordinal);
            return line.Contains(Ready, StringComparison.Ordinal);
        });
        try
        {
            await _process.ReadyAsync(cancellationToken);
            return true;
        }
        catch (FlatIndexException) when (isTaken && TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            await KillAsync();
            return false;
        }
    }

    private void Send(Signal signal)
    {
        var process = _process ?? throw new InvalidOperationException("The server does not run.");

        // The parent first: one that stands still makes no more children.
        process.Send(signal);
        ProcessFamily.Send(ProcessFamily.Of(process.Id), signal);
    }
}

using System.Diagnostics;
using System.Net;
using IqdbFlat.Cli.Chaos.Processes;

namespace IqdbFlat.Cli.Chaos.Servers;

/// <summary>A store's server in a process of its own, at one endpoint and with one folder over all of its starts.</summary>
internal abstract class ServerProcess : IAsyncDisposable
{
    private readonly ProcessGuard _guard;
    private readonly ProcessLog _log;
    private GuardedProcess? _process;

    /// <summary>Makes the server's folder and settles its port; nothing runs yet.</summary>
    protected ServerProcess(ProcessGuard guard, string folder, string name, IPAddress? address)
    {
        _guard = guard;
        Endpoint = new(address ?? IPAddress.Loopback, LocalPorts.Take(1, address)[0]);
        Folder = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        _log = new(Path.Combine(folder, $"{name}.log"));
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>How silos reach it.</summary>
    public abstract string ConnectionString { get; }

    /// <summary>The last lines of its log.</summary>
    public string LogTail => $"--- {_log.Path}\n{_log.Tail}";

    /// <summary>Where its data lie.</summary>
    protected string Folder { get; }

    /// <summary>What it says when it is ready.</summary>
    protected abstract string Ready { get; }

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        _process = GuardedProcess.Start(_guard, Command(), _log, line => line.Contains(Ready, StringComparison.Ordinal));
        await _process.ReadyAsync(cancellationToken);
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
        await KillAsync();
        _log.Dispose();
    }

    /// <summary>What to do before it starts.</summary>
    protected virtual Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>How it is started.</summary>
    protected abstract ProcessStartInfo Command();

    private void Send(Signal signal)
    {
        var process = _process ?? throw new InvalidOperationException("The server does not run.");

        // The parent first: one that stands still makes no more children.
        process.Send(signal);
        ProcessFamily.Send(ProcessFamily.Of(process.Id), signal);
    }
}

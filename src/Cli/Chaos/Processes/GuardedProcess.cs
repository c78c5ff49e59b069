using System.Diagnostics;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Chaos.Processes;

/// <summary>A process that is killed with this one at the latest. What it says goes to a log; a line of it says that it is ready.</summary>
internal sealed class GuardedProcess : IAsyncDisposable
{
    private readonly ProcessGuard _guard;
    private readonly Process _process;
    private readonly ProcessLog _log;
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _ended;

    private GuardedProcess(ProcessGuard guard, Process process, ProcessLog log, Func<string, bool> isReady)
    {
        (_guard, _process, _log) = (guard, process, log);
        Id = process.Id;
        guard.Keep(Id);
        var said = Task.WhenAll(PumpAsync(process.StandardOutput, isReady), PumpAsync(process.StandardError, isReady));
        _ended = EndAsync(said);
    }

    /// <summary>The number of the process.</summary>
    public int Id { get; }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _ended.IsCompleted;

    /// <summary>How it ended; 128 and the signal's number where a signal ended it.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a process.</summary>
    /// <param name="guard">Kills it when this process ends.</param>
    /// <param name="command">What to run.</param>
    /// <param name="log">Gets its lines.</param>
    /// <param name="isReady">Knows the line that says it is ready.</param>
    public static GuardedProcess Start(ProcessGuard guard, ProcessStartInfo command, ProcessLog log, Func<string, bool> isReady)
    {
        (command.RedirectStandardInput, command.RedirectStandardOutput, command.RedirectStandardError) = (true, true, true);
        return new(guard, Process.Start(command)!, log, isReady);
    }

    /// <summary>Waits for the line that says it is ready.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.Unavailable"/>: it ended instead.</exception>
    public Task<string> ReadyAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    /// <summary>Sends a signal; one that has ended gets none.</summary>
    public void Send(Signal signal)
    {
        // Not yet reaped, so the number is still its own.
        if (!_process.HasExited)
            Signals.Send(Id, signal);
    }

    /// <summary>Waits until it has ended.</summary>
    public Task EndedAsync(CancellationToken cancellationToken = default) => _ended.WaitAsync(cancellationToken);

    /// <summary>Kills it, if it is still there.</summary>
    public async ValueTask DisposeAsync()
    {
        Send(Signal.Kill);
        await _ended;
        _process.Dispose();
    }

    private async Task PumpAsync(StreamReader lines, Func<string, bool> isReady)
    {
        while (await lines.ReadLineAsync() is { } line)
        {
            _log.Add(line);
            if (isReady(line))
                _ready.TrySetResult(line);
        }
    }

    private async Task EndAsync(Task said)
    {
        await _process.WaitForExitAsync();
        _guard.Forget(Id);

        // A child of its own may hold its output open; what the process itself said is there.
        await said.WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ready.TrySetException(FlatIndexException.Unavailable(
            $"process {Id} ended with code {_process.ExitCode} before it was ready; its log is {_log.Path}:\n{_log.Tail}"));
        _ = _ready.Task.Exception;
    }
}

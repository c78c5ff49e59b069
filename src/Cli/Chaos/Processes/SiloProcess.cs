using System.Diagnostics;
using System.Globalization;
using System.Net;
using IqdbFlat.Engine;
using IqdbFlat.Silo;
using IqdbFlat.Silo.Hosting;

namespace IqdbFlat.Cli.Chaos.Processes;

/// <summary>A silo in a process of its own: the built Silo program, at one endpoint over all of its starts.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private const string Ready = "ready: ";
    private readonly ProcessGuard _guard;
    private readonly SiloProgram _program;
    private readonly Dictionary<string, string> _settings;
    private readonly string _folder;
    private readonly ProcessLog _log;
    private GuardedProcess? _process;

    /// <summary>Settles the silo's ports; nothing runs yet.</summary>
    /// <param name="guard">Kills the silo when this process ends.</param>
    /// <param name="program">What to run.</param>
    /// <param name="name">The silo's name among its kind, for its log.</param>
    /// <param name="folder">Where the silo runs and its log lies.</param>
    /// <param name="settings">Settings of the section <c>IqdbFlat</c>, without ports.</param>
    public SiloProcess(ProcessGuard guard, SiloProgram program, string name, string folder, IReadOnlyDictionary<string, string> settings)
    {
        (_guard, _program, _folder) = (guard, program, folder);
        Name = name;
        _log = new(Path.Combine(folder, $"{name}.log"));
        var address = IPAddress.Parse(settings.GetValueOrDefault("Silo:BindAddress", "127.0.0.1"));
        int[] ports = FreePorts.Settle(program.NetworkNamespace is null ? address : IPAddress.Loopback, 0, 0, 0);
        (Endpoint, Gateway, Http) = (new(address, ports[0]), new(address, ports[1]), new(address, ports[2]));
        _settings = new(settings)
        {
            ["Silo:SiloPort"] = Text(ports[0]),
            ["Silo:GatewayPort"] = Text(ports[1]),
            ["Silo:HttpPort"] = Text(ports[2]),
        };
    }

    /// <summary>The silo's name among its kind.</summary>
    public string Name { get; }

    /// <summary>Where other silos reach it.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Where clients reach it.</summary>
    public IPEndPoint Gateway { get; }

    /// <summary>Where its health and pages are.</summary>
    public IPEndPoint Http { get; }

    /// <summary>The number of the process that runs now; 0 where none does.</summary>
    public int ProcessId => IsRunning ? _process!.Id : 0;

    /// <summary>Whether a process runs.</summary>
    public bool IsRunning => _process is { HasEnded: false };

    /// <summary>Whether it has said that it is ready and has not ended since.</summary>
    public bool IsReady { get; private set; }

    /// <summary>The last lines of its log, over all starts.</summary>
    public string LogTail => $"--- {Name}, {_log.Path}\n{_log.Tail}";

    /// <summary>Starts it and waits until it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Begin();
        await ReadyAsync(cancellationToken);
    }

    /// <summary>Starts it and does not wait.</summary>
    public void Begin()
    {
        if (IsRunning)
            throw new InvalidOperationException($"The silo {Name} runs already.");
        IsReady = false;
        _process = GuardedProcess.Start(_guard, Command(), _log, line => line.StartsWith(Ready, StringComparison.Ordinal));
    }

    /// <summary>Waits until it is ready.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        await _process!.ReadyAsync(cancellationToken);
        IsReady = !_process.HasEnded;
    }

    /// <summary>Sends a signal.</summary>
    public void Send(Signal signal) => _process?.Send(signal);

    /// <summary>Ends it with SIGKILL and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        IsReady = false;
        if (_process is not null)
            await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Asks it to end by SIGTERM and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        var process = _process ?? throw new InvalidOperationException($"The silo {Name} does not run.");
        process.Send(Signal.Terminate);
        await process.EndedAsync(cancellationToken);
        IsReady = false;
        int code = process.ExitCode;
        await process.DisposeAsync();
        _process = null;
        return code;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _log.Dispose();
    }

    private ProcessStartInfo Command()
    {
        var command = _program.Command();
        command.WorkingDirectory = _folder;

        // Only what is given here counts, whatever the environment of this process says.
        foreach (string inherited in command.Environment.Keys.Where(key => key.StartsWith($"{IqdbFlatSiloOptions.Section}__", StringComparison.OrdinalIgnoreCase)).ToArray())
            command.Environment.Remove(inherited);
        foreach (var (setting, value) in _settings)
            command.Environment[$"{IqdbFlatSiloOptions.Section}__{setting.Replace(":", "__", StringComparison.Ordinal)}"] = value;
        return command;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}

using System.CommandLine;
using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Grains.Storage;
using IqdbFlat.Silo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IqdbFlat.Cli.Bench;

/// <summary>One phase of <see cref="RecoveryBenchCommand"/> in a process of its own, so that no phase inherits the memory of another; not for people.</summary>
internal sealed class RecoveryPhaseCommand : CliCommand
{
    /// <summary>The command's name.</summary>
    public const string CommandName = "bench-recovery-phase";

    private readonly Argument<string> _phase = new("phase");
    private readonly Argument<string> _file = new("file");
    private readonly Argument<int> _rows = new("rows");
    private readonly Argument<int> _dimension = new("dimension");
    private readonly Argument<ulong> _seed = new("seed");
    private readonly Argument<int> _warm = new("warm");

    /// <summary>The command.</summary>
    public RecoveryPhaseCommand(Terminal terminal)
        : base(CommandName, "Fills, reads or recovers one shard of a SQLite store, and says what it took.", terminal)
    {
        Hidden = true;
        Add(_phase);
        Add(_file);
        Add(_rows);
        Add(_dimension);
        Add(_seed);
        Add(_warm);
    }

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var values = context.Values;
        await using var silo = SiloHost.Create(new IqdbFlatSiloOptions
        {
            Silo = { SiloPort = 0, GatewayPort = 0, HttpPort = 0 },
            Storage = { Provider = StorageProvider.Sqlite, Path = values.GetRequiredValue(_file) },
            Dashboard = { Enabled = false },
        });
        await silo.StartAsync(cancellationToken);
        var store = silo.Services.GetRequiredService<IRecordStoreFactory>().Open(StorageNames.Shard("bench", "bench", 0));
        int rows = values.GetValue(_rows);
        var phase = values.GetRequiredValue(_phase) switch
        {
            "fill" => await RecoveryPhases.FillAsync(store, new NormalRows(values.GetValue(_dimension), values.GetValue(_seed)), rows, cancellationToken),
            "read" => await RecoveryPhases.ReadAsync(store, values.GetValue(_warm), cancellationToken),
            "recover" => await RecoveryPhases.RecoverAsync(store, values.GetValue(_warm), cancellationToken),
            var other => throw Engine.FlatIndexException.InvalidConfig($"a phase is fill, read or recover, found '{other}'"),
        };
        await silo.StopAsync(CancellationToken.None);
        context.Terminal.Output.WriteLine(JsonSerializer.Serialize(phase));
        return ExitCode.Ok;
    }
}

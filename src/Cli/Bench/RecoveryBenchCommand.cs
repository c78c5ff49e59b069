using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Bench;

/// <summary><c>bench-recovery</c>: how fast a shard comes back from SQLite, against the mere reading of its records, and how much memory it takes meanwhile.</summary>
internal sealed class RecoveryBenchCommand : CliCommand
{
    private readonly Option<int> _rows = new("--rows") { Description = "Rows", HelpName = "N", DefaultValueFactory = _ => 1_000_000 };
    private readonly Option<int> _dim = new("--dim") { Description = "Components of a vector", HelpName = "D", DefaultValueFactory = _ => 128 };
    private readonly Option<ulong> _seed = new("--seed") { Description = "The seed of the rows", HelpName = "S", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _repeat = new("--repeat") { Description = "How often both are measured, in turns", HelpName = "R", DefaultValueFactory = _ => 5 };
    private readonly Option<int> _warm = new("--warm")
    {
        Description = "How often a process does what is measured before it is measured; 0 for a process that has just started",
        HelpName = "W",
        DefaultValueFactory = _ => 4,
    };

    /// <summary>The command.</summary>
    public RecoveryBenchCommand(Terminal terminal)
        : base("bench-recovery", "Measures the recovery of one shard from SQLite against the reading of the same records, and its peak memory.", terminal)
    {
        Add(_rows);
        Add(_dim);
        Add(_seed);
        Add(_repeat);
        Add(_warm);
    }

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        int rows = OptionCheck.InRange("--rows", context.Values.GetValue(_rows), 1, 100_000_000);
        int dimension = OptionCheck.InRange("--dim", context.Values.GetValue(_dim), 1, Limits.Dimension);
        int repeat = OptionCheck.InRange("--repeat", context.Values.GetValue(_repeat), 1, 1_000);
        int warm = OptionCheck.InRange("--warm", context.Values.GetValue(_warm), 0, 1_000);
        string folder = Directory.CreateTempSubdirectory("iqdbflat-recovery-").FullName;
        try
        {
            string[] about = [Path.Combine(folder, "rows.db"), Text(rows), Text(dimension), Text(context.Values.GetValue(_seed)), Text(warm)];
            await RunAsync("fill", about, cancellationToken);
            var (reads, recoveries) = (new List<RecoveryPhase>(), new List<RecoveryPhase>());
            for (int i = 0; i < repeat; i++)
            {
                reads.Add(await RunAsync("read", about, cancellationToken));
                recoveries.Add(await RunAsync("recover", about, cancellationToken));
            }

            RecoveryReport.Of(dimension, warm, reads, recoveries).Print(context);
            return recoveries.TrueForAll(phase => phase.Rows == rows) ? ExitCode.Ok : ExitCode.Failed;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<RecoveryPhase> RunAsync(string phase, string[] about, CancellationToken cancellationToken)
    {
        using var process = Process.Start(SelfProcess.With([RecoveryPhaseCommand.CommandName, phase, .. about]))!;
        try
        {
            string said = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? JsonSerializer.Deserialize<RecoveryPhase>(said)!
                : throw FlatIndexException.Unavailable($"the process of the phase '{phase}' ended with code {process.ExitCode}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}

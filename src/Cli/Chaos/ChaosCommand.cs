using IqdbFlat.Cli.CommandLine;

namespace IqdbFlat.Cli.Chaos;

/// <summary><c>chaos</c>: kills silos of a cluster of its own while it writes, and compares what is left with what was acknowledged.</summary>
internal sealed class ChaosCommand : CliCommand
{
    private readonly ChaosArguments _arguments = new();

    /// <summary>The command.</summary>
    public ChaosCommand(Terminal terminal)
        : base("chaos", "Starts a cluster, kills its silos at random while writing, and compares every row with what was acknowledged.", terminal) =>
        _arguments.AddTo(this);

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = _arguments.Read(context.Values);
        await context.Terminal.Error.WriteLineAsync($"seed {settings.Seed}, stores and logs in {settings.Folder}");
        var report = await ChaosRun.RunAsync(settings, context.Terminal.Time, context.Terminal.Error.WriteLine, cancellationToken);
        await context.Terminal.Output.WriteLineAsync($"seed {settings.Seed}, rounds {report.Rounds}, rows compared {report.RowsChecked}");
        await context.Terminal.Output.WriteLineAsync(report.ToString());
        if (report.Findings.Any)
            return ExitCode.Failed;
        if (!_arguments.KeepsFolder(context.Values))
            Directory.Delete(settings.Folder, recursive: true);
        return ExitCode.Ok;
    }
}

using System.CommandLine;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Conformance;

/// <summary><c>conformance</c>: golden cases against the engine, or against a real cluster in this process.</summary>
internal sealed class ConformanceCommand : CliCommand
{
    private const int MostSilos = 16;

    // Enough to hide the way to the silos and back, few enough to leave a small machine its processors.
    private const int ParallelCases = 4;

    private readonly Option<string> _cases = new("--cases")
    {
        Description = "The file: one case a line, as JSON",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<bool> _engine = new("--engine") { Description = "Run against the engine in this process; so it is without --shards" };

    private readonly Option<int?> _shards = new("--shards") { Description = "Run against a cluster in this process, over TCP, each index with so many shards", HelpName = "N" };

    private readonly Option<int?> _silos = new("--silos") { Description = "The cluster's silos; 1 where it is not given", HelpName = "M" };

    /// <summary>The command.</summary>
    public ConformanceCommand(Terminal terminal)
        : base("conformance", "Runs golden cases: a line FAIL name: why for each failure, then N passed, M failed. Exit code 0 when none failed, 1 when some did.", terminal)
    {
        Add(_cases);
        Add(_engine);
        Add(_shards);
        Add(_silos);
    }

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        int? shards = context.Values.GetValue(_shards);
        int? silos = context.Values.GetValue(_silos);
        Check(context.Values.GetValue(_engine), shards, silos);
        var lines = ReadLines(context.Values.GetValue(_cases)!);
        var report = await RunAsync(lines, shards, silos ?? 1, cancellationToken);
        report.Print(context);
        return report.Failures.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static void Check(bool engine, int? shards, int? silos)
    {
        if (engine && shards is not null)
            throw FlatIndexException.InvalidConfig("expected --engine or --shards, found both");
        if (shards is < 1 or > Abstractions.IndexSettings.MaxShards)
            throw FlatIndexException.InvalidConfig($"expected --shards from 1 to {Abstractions.IndexSettings.MaxShards}, found {shards}");
        if (silos is not null && shards is null)
            throw FlatIndexException.InvalidConfig("expected --silos together with --shards, found it alone");
        if (silos is < 1 or > MostSilos)
            throw FlatIndexException.InvalidConfig($"expected --silos from 1 to {MostSilos}, found {silos}");
    }

    private static List<GoldenLine> ReadLines(string path)
    {
        try
        {
            using var file = File.OpenText(path);
            List<GoldenLine> lines = [.. GoldenReader.ReadLines(file)];
            return lines.Count > 0 ? lines : throw FlatIndexException.InvalidConfig($"{path} holds no golden case");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FlatIndexException.InvalidConfig($"the file of golden cases cannot be read: {error.Message}");
        }
    }

    private static async Task<ConformanceReport> RunAsync(List<GoldenLine> lines, int? shards, int silos, CancellationToken cancellationToken)
    {
        if (shards is null)
            return await ConformanceRun.RunAsync(lines, new EngineSubject(), 1, cancellationToken);
        await using var cluster = await LocalCluster.StartAsync(silos, cancellationToken);
        return await ConformanceRun.RunAsync(lines, new ClusterSubject(cluster.Client, shards.Value), ParallelCases, cancellationToken);
    }
}

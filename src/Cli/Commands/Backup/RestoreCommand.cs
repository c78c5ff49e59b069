using System.CommandLine;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Commands.Backup;

/// <summary>Makes an index of a backup.</summary>
internal sealed class RestoreCommand : ClusterCommand
{
    private readonly Argument<string> _file = new("file") { Description = "A backup" };
    private readonly Option<string?> _name = new("--name") { Description = "The name of the index; without it the one that was backed up" };
    private readonly Option<int?> _shards = new("--shards") { Description = "The number of shards, 1 to 4,096; without it as many as there were" };

    public RestoreCommand(Terminal terminal)
        : base("restore", "Make an index of a backup: it appears whole or not at all", terminal) => Declare(_file, _name, _shards);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string path = context.Values.GetRequiredValue(_file);
        await using var file = BackupSource.Open(path);
        long start = context.Terminal.Time.GetTimestamp();

        // All of it is read once before the cluster hears of it, so that a damaged file costs nobody anything.
        var report = await BackupSource.CheckAsync(context, file, cancellationToken);
        file.Position = 0;
        await using var cluster = await ConnectAsync(context, cancellationToken);
        string name;
        using (var progress = QuietProgress.Begin(context, "restore", report.Digest.Rows))
        {
            var index = await cluster.Client.RestoreAsync(
                file,
                new() { Name = context.Values.GetValue(_name), Shards = context.Values.GetValue(_shards) },
                new RowsDone(progress),
                cancellationToken);
            (name, report) = (index.Name, report with { Settings = index.Description.Settings });
        }

        BackupAnswer.Print(
            context, $"restored as {name}, {report.Settings.Shards} shards", path, report, context.Terminal.Time.GetElapsedTime(start), name);
        return ExitCode.Ok;
    }
}

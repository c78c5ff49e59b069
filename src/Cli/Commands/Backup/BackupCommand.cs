using System.CommandLine;
using IqdbFlat.Cli.Cluster;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Output;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Commands.Backup;

/// <summary>Writes a consistent backup of an index to a file.</summary>
internal sealed class BackupCommand : ClusterCommand
{
    private readonly Argument<string> _name = IndexArgument();
    private readonly Option<string> _out = new("--out") { Description = "The file, which appears when it is whole and takes the place of one that is there", Required = true };
    private readonly Option<int> _lease = new("--lease")
    {
        Description = "Seconds, 1 to 3,600, that the shards keep the cut after the last read: a backup that dies holds memory for so long",
        DefaultValueFactory = _ => (int)BackupOptions.Default.Lease.TotalSeconds,
    };

    public BackupCommand(Terminal terminal)
        : base("backup", "Write all of an index at one moment to a file, while writes go on", terminal) => Declare(_name, _out, _lease);

    protected override async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string path = context.Values.GetRequiredValue(_out);
        int lease = context.Values.GetValue(_lease);
        if (lease is < 1 or > 3_600)
            throw FlatIndexException.InvalidConfig($"the lease is 1 to 3,600 seconds, found {lease}");
        using var file = Create(path);
        await using var cluster = await ConnectAsync(context, cancellationToken);
        var index = await cluster.Client.OpenAsync(context.Values.GetRequiredValue(_name), cancellationToken);
        long start = context.Terminal.Time.GetTimestamp();
        BackupReport report;
        using (var progress = QuietProgress.Begin(context, "backup", await index.CountAsync(cancellationToken)))
        {
            report = await index.BackupAsync(
                file.Stream, new() { Lease = TimeSpan.FromSeconds(lease) }, new RowsDone(progress), cancellationToken);
        }

        file.Commit();
        BackupAnswer.Print(context, $"backed up to {path}", path, report, context.Terminal.Time.GetElapsedTime(start));
        return ExitCode.Ok;
    }

    private static AtomicFile Create(string path)
    {
        try
        {
            return new(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw FlatIndexException.InvalidConfig($"the file {path} cannot be written: {e.Message}");
        }
    }
}

using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Commands.Backup;
using IqdbFlat.Cli.Commands.Ingest;
using IqdbFlat.Cli.Commands.Search;
using IqdbFlat.Cli.Truth;

namespace IqdbFlat.Cli.Commands;

/// <summary>The commands that talk to a running cluster.</summary>
internal static class ClusterCommands
{
    /// <summary>All of them, in the order of help.</summary>
    public static IReadOnlyList<CliCommand> All(Terminal terminal) =>
    [
        new CreateCommand(terminal),
        new ListCommand(terminal),
        new DescribeCommand(terminal),
        new RenameCommand(terminal),
        new DropCommand(terminal),
        new IngestCommand(terminal),
        new ExportCommand(terminal),
        new SearchCommand(terminal),
        new GroundTruthCommand(terminal),
        new GetCommand(terminal),
        new RowsCommand(terminal),
        new CountCommand(terminal),
        new DeleteCommand(terminal),
        new StatsCommand(terminal),
        new BackupCommand(terminal),
        new RestoreCommand(terminal),
        new VerifyCommand(terminal),
        new SilosCommand(terminal),
        new MoveCommand(terminal),
        new RebalanceCommand(terminal),
    ];
}

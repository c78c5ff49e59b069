using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Commands.Backup;

/// <summary>A backup as a file: opened, and checked from its first byte to its last.</summary>
internal static class BackupSource
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Opens a file; one that cannot be is InvalidConfig.</summary>
    public static FileStream Open(string path)
    {
        try
        {
            return new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan | FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw FlatIndexException.InvalidConfig($"the file {path} cannot be read: {e.Message}");
        }
    }

    /// <summary>Checks it; CorruptData names the file, the place and the reason.</summary>
    public static async Task<BackupReport> CheckAsync(CommandContext context, FileStream file, CancellationToken cancellationToken)
    {
        using var progress = QuietProgress.Begin(context, "check", null);
        try
        {
            return await BackupFile.CheckAsync(file, new RowsDone(progress), cancellationToken);
        }
        catch (FlatIndexException damage) when (damage.Kind == FlatErrorKind.CorruptData)
        {
            throw new FlatIndexException(damage.Error with { Message = $"{file.Name}: {damage.Message}" }, damage);
        }
    }
}

/// <summary>Passes the rows of a backup on to a progress line, at once and on the same thread.</summary>
internal sealed class RowsDone(IProgress<long>? line) : IProgress<BackupProgress>
{
    public void Report(BackupProgress value) => line?.Report(value.Rows);
}

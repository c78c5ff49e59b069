using IqdbFlat.Abstractions;
using IqdbFlat.Client.Backup;
using IqdbFlat.Engine;

namespace IqdbFlat.Client;

/// <summary>Looks into a backup without a cluster.</summary>
public static class BackupFile
{
    /// <summary>Reads a backup from here to its end and checks every byte of it. It holds one block of a few MiB at a time.</summary>
    /// <param name="source">The backup, which ends where the stream ends.</param>
    /// <param name="progress">Told after each block, on the check's own path: be quick.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.CorruptData"/> names the block, its place and what is wrong.</exception>
    public static async Task<BackupReport> CheckAsync(
        Stream source, IProgress<BackupProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var reader = new BackupReader(source);
        var header = await reader.ReadHeaderAsync(cancellationToken);
        long total = header.RowsOfShards.Sum();
        while (await reader.ReadRowsAsync(cancellationToken) is not null)
            progress?.Report(new(reader.Digest.Rows, total, reader.Bytes));
        return Report(header, reader.Digest, reader.Bytes);
    }

    internal static BackupReport Report(BackupHeader header, RowsDigest digest, long bytes) => new()
    {
        Index = header.Name,
        Incarnation = header.Incarnation,
        Settings = header.Settings,
        Created = header.Created,
        Taken = header.Taken,
        Pause = header.Pause,
        Fenced = header.Fenced,
        SequenceHighWater = header.SequenceHighWater,
        RowsOfShards = header.RowsOfShards,
        Digest = digest,
        Bytes = bytes,
    };
}

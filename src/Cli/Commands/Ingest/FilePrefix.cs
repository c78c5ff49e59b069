using IqdbFlat.Cli.Formats;
using IqdbFlat.Client;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Commands.Ingest;

/// <summary>
/// The rows at the beginning of a file that stand in the index already: bit for bit, and inserted in the file's order. An ingest that goes on after them
/// leaves the index as one that was never interrupted.
/// </summary>
internal static class FilePrefix
{
    /// <summary>Counts them by asking the index for each, up to the first that is missing, differs, or was inserted out of order.</summary>
    public static async Task<long> CountAsync(IFlatIndex index, string file, string? format, IProgress<long> progress, CancellationToken cancellationToken)
    {
        using var reader = RowFiles.Open(file, format, index.Parts);
        long count = 0;
        ulong? last = null;
        for (RowWindow? window = null; window is not { MoreFollow: false };)
        {
            window = RowWindow.Read(reader, index.Dimension);
            var found = await index.GetBatchAsync(window.Ids, cancellationToken);
            for (int i = 0; i < found.Count; i++)
            {
                if (found[i] is not { } stored || stored.Sequence <= last || !window.IsSame(i, stored))
                    return count;
                last = stored.Sequence;
                count++;
            }

            progress.Report(count);
        }

        return count;
    }
}

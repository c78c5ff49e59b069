using System.Runtime.InteropServices;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Commands.Ingest;

/// <summary>Some rows of a file, held to be compared with what the index has.</summary>
internal static class RowWindow
{
    /// <summary>Rows of a window where nothing else says how many.</summary>
    public const int Rows = 1_000;

    /// <summary>The next rows, at most <paramref name="count"/>. Fewer, and not the end, where a row after them cannot be read: reading on from there says what it is.</summary>
    public static (List<Row> Rows, bool More) Read(RowReader reader, int count)
    {
        var rows = new List<Row>();
        try
        {
            while (rows.Count < count && reader.Read())
                rows.Add(new(reader.Id, reader.Vector.ToArray(), reader.Metadata));
            return (rows, rows.Count == count);
        }
        catch (FlatIndexException)
        {
            // Whoever writes the rows reads the same row again, and it is told there, after the rows before it are in.
            return (rows, false);
        }
    }

    /// <summary>Whether a row stands in the index bit for bit.</summary>
    public static bool Same(in Row row, in StoredRow stored) =>
        row.Id == stored.Id
        && MemoryMarshal.AsBytes(row.Vector.Span).SequenceEqual(MemoryMarshal.AsBytes(stored.Vector.Span))
        && (row.Metadata ?? Metadata.Empty).Equals(stored.Metadata);
}

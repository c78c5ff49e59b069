using System.Runtime.InteropServices;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Commands.Ingest;

/// <summary>Some rows of a file, held to be compared with what the index has.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="MoreFollow">Whether the file may go on after them.</param>
internal sealed record RowWindow(IReadOnlyList<Row> Rows, bool MoreFollow)
{
    private const int MaxRows = 1_000;
    private const int MaxVectorBytes = 16 * 1024 * 1024;

    /// <summary>The rows' ids.</summary>
    public RowId[] Ids => [.. Rows.Select(row => row.Id)];

    /// <summary>Reads the next rows: fewer the more components they have.</summary>
    public static RowWindow Read(RowReader reader, int dimension)
    {
        int most = Math.Clamp(MaxVectorBytes / (dimension * sizeof(float)), 1, MaxRows);
        var rows = new List<Row>();
        try
        {
            while (rows.Count < most && reader.Read())
                rows.Add(new(reader.Id, reader.Vector.ToArray(), reader.Metadata));
            return new(rows, rows.Count == most);
        }
        catch (FlatIndexException)
        {
            // Whoever writes the rows reads the same row again, and it is told there, after the rows before it are in.
            return new(rows, false);
        }
    }

    /// <summary>
    /// How many of the rows, from the first on, may be written over what the index has without loss: they are not there or the same, and none comes twice.
    /// </summary>
    public int CountRewritable(IReadOnlyList<StoredRow?> found)
    {
        var seen = new HashSet<RowId>();
        int count = 0;
        while (count < Rows.Count && (found[count] is not { } stored || IsSame(count, stored)) && seen.Add(Rows[count].Id))
            count++;
        return count;
    }

    /// <summary>Whether a row stands in the index bit for bit.</summary>
    public bool IsSame(int row, in StoredRow stored) =>
        Rows[row].Id == stored.Id
        && MemoryMarshal.AsBytes(Rows[row].Vector.Span).SequenceEqual(MemoryMarshal.AsBytes(stored.Vector.Span))
        && (Rows[row].Metadata ?? Metadata.Empty).Equals(stored.Metadata);
}

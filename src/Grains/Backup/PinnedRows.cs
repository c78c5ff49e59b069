using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Shards;

namespace IqdbFlat.Grains.Backup;

/// <summary>The rows of one snapshot in the order of their sequences, page by page. A page is the same however often it is asked for.</summary>
internal sealed class PinnedRows(RowSnapshot snapshot)
{
    /// <summary>Bytes of a page, at most, but for its first row: a few are under way at once, and the reader holds a few.</summary>
    public const long PageBytes = 4L * 1024 * 1024;

    /// <summary>Rows of a page, at most.</summary>
    public const int PageRows = 65_536;

    private readonly Lazy<Task<int[]>> _order = new(() => Task.Run(() => Sorted(snapshot)));

    /// <summary>The number of rows.</summary>
    public int Count => snapshot.Count;

    /// <summary>The rows from a place on, as many as fit.</summary>
    public async Task<StoredRowBlock> ReadAsync(int from)
    {
        if (from < 0 || from > Count)
            throw FlatIndexException.InvalidConfig($"a page begins at row 0 to {Count}, found {from}");
        int[] rows = (await _order.Value)[from..Math.Min(Count, from + PageRows)];
        var metadata = new Metadata?[rows.Length];
        var bytes = default(AnswerBytes);
        int count = 0;
        for (; count < rows.Length; count++)
        {
            metadata[count] = snapshot.MetadataOf(rows[count]);
            bytes.Add(snapshot.IdOf(rows[count]), sizeof(ulong) + ((long)snapshot.Dimension * sizeof(float)), metadata[count]);
            if (count > 0 && bytes.Count > PageBytes)
                break;
        }

        return ShardReads.Block(snapshot, rows[..count], metadata[..count], withVectors: true) with { More = from + count < Count };
    }

    private static int[] Sorted(RowSnapshot snapshot)
    {
        int[] rows = [.. snapshot.LiveRows()];
        ulong[] sequences = Array.ConvertAll(rows, snapshot.SequenceOf);
        Array.Sort(sequences, rows);
        return rows;
    }
}

using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>Joins shards' rows into one block.</summary>
internal static class StoredRowBlocks
{
    /// <summary>The first rows of all parts in the order of insertion.</summary>
    public static StoredRowBlock BySequence(StoredRowBlock[] parts, int limit, int dimension)
    {
        var order = new List<(ulong Sequence, int Part, int Row)>();
        for (int part = 0; part < parts.Length; part++)
        {
            for (int row = 0; row < parts[part].Rows.Count; row++)
                order.Add((parts[part].Sequences[row], part, row));
        }

        order.Sort();
        int count = Math.Min(order.Count, limit);
        bool withContent = parts.Any(part => part.Rows.Vectors.Length > 0);
        var ids = new RowId[count];
        var sequences = new ulong[count];
        var vectors = new float[withContent ? count * dimension : 0];
        var metadata = withContent ? new Metadata?[count] : [];
        for (int i = 0; i < count; i++)
        {
            var (sequence, part, row) = order[i];
            var rows = parts[part].Rows;
            (ids[i], sequences[i]) = (rows.Ids.Values[row], sequence);
            if (!withContent)
                continue;
            rows.VectorAt(row, dimension).Span.CopyTo(vectors.AsSpan(i * dimension));
            metadata[i] = rows.MetadataAt(row);
        }

        return new()
        {
            Rows = new() { Ids = ids, Vectors = vectors, Metadata = metadata },
            Sequences = sequences,
        };
    }
}

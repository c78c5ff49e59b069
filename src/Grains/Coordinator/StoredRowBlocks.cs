using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Grains.Shards;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>Joins shards' rows into one block.</summary>
internal static class StoredRowBlocks
{
    /// <summary>
    /// The rows of all parts in the order of insertion, as many as fit. Where a part says that it has more, rows after its last one
    /// wait for the next page: the part may hold rows between.
    /// </summary>
    /// <param name="parts">Each in the order of insertion, or in any order where none has more.</param>
    /// <param name="dimension">Components of each vector.</param>
    /// <param name="limit">Rows of a page, at most, which also ends at <see cref="AnswerBytes.Page"/>; null for a block that must be whole.</param>
    public static StoredRowBlock BySequence(StoredRowBlock[] parts, int dimension, int? limit = null)
    {
        ulong horizon = parts.Where(part => part.More).Select(part => part.Sequences[^1]).DefaultIfEmpty(ulong.MaxValue).Min();
        var order = new List<(ulong Sequence, int Part, int Row)>();
        for (int part = 0; part < parts.Length; part++)
        {
            for (int row = 0; row < parts[part].Rows.Count; row++)
            {
                if (parts[part].Sequences[row] <= horizon)
                    order.Add((parts[part].Sequences[row], part, row));
            }
        }

        order.Sort();
        int count = Fitting(parts, order, dimension, limit);
        bool more = count < order.Count || parts.Any(part => part.More);
        return Take(parts, order[..count], dimension) with { More = more };
    }

    private static int Fitting(
        StoredRowBlock[] parts, List<(ulong Sequence, int Part, int Row)> order, int dimension, int? limit)
    {
        var bytes = default(AnswerBytes);
        for (int i = 0; i < order.Count; i++)
        {
            if (i == limit)
                return i;
            var rows = parts[order[i].Part].Rows;
            int row = order[i].Row;
            long vector = rows.Vectors.Length > 0 ? (long)dimension * sizeof(float) : 0;
            bytes.Add(rows.Ids.Values[row], sizeof(ulong) + vector, rows.MetadataAt(row));
            if (limit is null)
                bytes.Check();
            else if (i > 0 && bytes.Count > AnswerBytes.Page)
                return i;
        }

        return order.Count;
    }

    private static StoredRowBlock Take(StoredRowBlock[] parts, List<(ulong Sequence, int Part, int Row)> order, int dimension)
    {
        bool withContent = parts.Any(part => part.Rows.Vectors.Length > 0);
        var ids = new RowId[order.Count];
        var sequences = new ulong[order.Count];
        var vectors = new float[withContent ? order.Count * dimension : 0];
        var metadata = withContent ? new Metadata?[order.Count] : [];
        for (int i = 0; i < order.Count; i++)
        {
            var (sequence, part, row) = order[i];
            var rows = parts[part].Rows;
            (ids[i], sequences[i]) = (rows.Ids.Values[row], sequence);
            if (!withContent)
                continue;
            rows.VectorAt(row, dimension).Span.CopyTo(vectors.AsSpan(i * dimension));
            metadata[i] = rows.MetadataAt(row);
        }

        return new() { Rows = new() { Ids = ids, Vectors = vectors, Metadata = metadata }, Sequences = sequences };
    }
}

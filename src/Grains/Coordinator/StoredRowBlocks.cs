using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Listing;
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
    public static StoredRowBlock BySequence(StoredRowBlock[] parts, int dimension, int? limit = null) => By(RowOrder.BySequence, parts, dimension, limit);

    /// <summary>The same in another order, that of each part.</summary>
    public static StoredRowBlock By(RowOrder by, StoredRowBlock[] parts, int dimension, int? limit = null)
    {
        RowRank? horizon = null;
        foreach (var part in parts)
        {
            if (part.More && RankOf(by, part, part.Rows.Count - 1) is var last && (horizon is null || by.Compare(last, horizon.Value) < 0))
                horizon = last;
        }

        var order = new List<(RowRank Rank, int Part, int Row)>();
        for (int part = 0; part < parts.Length; part++)
        {
            for (int row = 0; row < parts[part].Rows.Count; row++)
            {
                var rank = RankOf(by, parts[part], row);
                if (horizon is null || by.Compare(rank, horizon.Value) <= 0)
                    order.Add((rank, part, row));
            }
        }

        order.Sort((left, right) => by.Compare(left.Rank, right.Rank));
        int count = Fitting(parts, order, dimension, limit);
        bool more = count < order.Count || parts.Any(part => part.More);
        return Take(parts, order[..count], dimension) with { More = more };
    }

    private static RowRank RankOf(RowOrder by, StoredRowBlock part, int row) =>
        by.RankOf(by.IsBySequence ? Metadata.Empty : part.Rows.MetadataAt(row) ?? Metadata.Empty, part.Sequences[row]);

    private static int Fitting(
        StoredRowBlock[] parts, List<(RowRank Rank, int Part, int Row)> order, int dimension, int? limit)
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

    private static StoredRowBlock Take(StoredRowBlock[] parts, List<(RowRank Rank, int Part, int Row)> order, int dimension)
    {
        bool withVectors = parts.Any(part => part.Rows.Vectors.Length > 0);
        bool withMetadata = parts.Any(part => part.Rows.Metadata.Count > 0);
        var ids = new RowId[order.Count];
        var sequences = new ulong[order.Count];
        var vectors = new float[withVectors ? order.Count * dimension : 0];
        var metadata = withMetadata ? new Metadata?[order.Count] : [];
        for (int i = 0; i < order.Count; i++)
        {
            var (rank, part, row) = order[i];
            var rows = parts[part].Rows;
            (ids[i], sequences[i]) = (rows.Ids.Values[row], rank.Sequence);
            if (withVectors)
                rows.VectorAt(row, dimension).Span.CopyTo(vectors.AsSpan(i * dimension));
            if (withMetadata)
                metadata[i] = rows.MetadataAt(row);
        }

        return new() { Rows = new() { Ids = ids, Vectors = vectors, Metadata = metadata }, Sequences = sequences };
    }
}

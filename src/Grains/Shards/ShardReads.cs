using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Grains.Shards;

/// <summary>Rows by id, or the next rows in the order of insertion, from one snapshot.</summary>
internal static class ShardReads
{
    public static StoredRowBlock Read(RowSnapshot snapshot, ShardRead request)
    {
        int[] rows = request.Ids.Count > 0 ? ById(snapshot, request.Ids.Span) : snapshot.RowsAfter(request.AfterSequence, request.Limit);
        int dimension = snapshot.Dimension;
        var ids = new RowId[rows.Length];
        var sequences = new ulong[rows.Length];
        var vectors = new float[request.WithContent ? rows.Length * dimension : 0];
        var metadata = request.WithContent ? new Metadata?[rows.Length] : [];
        for (int i = 0; i < rows.Length; i++)
        {
            (ids[i], sequences[i]) = (snapshot.IdOf(rows[i]), snapshot.SequenceOf(rows[i]));
            if (!request.WithContent)
                continue;
            snapshot.CopyVector(rows[i], vectors.AsSpan(i * dimension, dimension));
            metadata[i] = snapshot.MetadataOf(rows[i]);
        }

        return new() { Rows = new() { Ids = ids, Vectors = vectors, Metadata = metadata }, Sequences = sequences };
    }

    private static int[] ById(RowSnapshot snapshot, ReadOnlySpan<RowId> ids)
    {
        var rows = new List<int>(ids.Length);
        foreach (ref readonly var id in ids)
        {
            if (snapshot.TryFind(id, out int row))
                rows.Add(row);
        }

        return [.. rows];
    }
}

using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Listing;
using IqdbFlat.Engine.Segments;

namespace IqdbFlat.Grains.Shards;

/// <summary>Rows by id, or the next rows in the order of insertion, from one snapshot.</summary>
internal static class ShardReads
{
    public static StoredRowBlock Read(RowSnapshot snapshot, ShardRead request)
    {
        bool isPage = request.Ids.Count == 0;
        int[] rows = isPage ? snapshot.RowsAfter(request.AfterSequence, request.Limit) : ById(snapshot, request.Ids.Span);
        bool more = isPage && rows.Length == request.Limit;
        Metadata?[] metadata = [];
        if (request.WithContent)
        {
            metadata = Contents(snapshot, rows, isPage, withVectors: true);
            more |= metadata.Length < rows.Length;
            rows = rows[..metadata.Length];
        }

        return Block(snapshot, rows, metadata, request.WithContent) with { More = more };
    }

    /// <summary>The next rows of an ordered list, as many as one page carries.</summary>
    public static StoredRowBlock List(RowSnapshot snapshot, ShardList request, RowOrder order, RowRank? after, CancellationToken cancellation)
    {
        int[] rows = RowListing.After(snapshot, request.Filter.Filter, order, after, request.Limit, cancellation);
        var metadata = Contents(snapshot, rows, isPage: true, request.WithVectors);
        bool more = metadata.Length < rows.Length || rows.Length == request.Limit;
        return Block(snapshot, rows[..metadata.Length], metadata, request.WithVectors) with { More = more };
    }

    /// <summary>Metadata of as many rows as one answer can carry, with their vectors or without: all of them, or for a page, a prefix.</summary>
    private static Metadata?[] Contents(RowSnapshot snapshot, int[] rows, bool isPage, bool withVectors)
    {
        var metadata = new Metadata?[rows.Length];
        var bytes = default(AnswerBytes);
        long vector = withVectors ? (long)snapshot.Dimension * sizeof(float) : 0;
        for (int i = 0; i < rows.Length; i++)
        {
            metadata[i] = snapshot.MetadataOf(rows[i]);
            bytes.Add(snapshot.IdOf(rows[i]), sizeof(ulong) + vector, metadata[i]);
            if (isPage && i > 0 && bytes.Count > AnswerBytes.Page)
                return metadata[..i];
            bytes.Check();
        }

        return metadata;
    }

    /// <summary>These rows of a snapshot as one block.</summary>
    public static StoredRowBlock Block(RowSnapshot snapshot, int[] rows, Metadata?[] metadata, bool withVectors)
    {
        int dimension = snapshot.Dimension;
        var ids = new RowId[rows.Length];
        var sequences = new ulong[rows.Length];
        var vectors = new float[withVectors ? rows.Length * dimension : 0];
        for (int i = 0; i < rows.Length; i++)
        {
            (ids[i], sequences[i]) = (snapshot.IdOf(rows[i]), snapshot.SequenceOf(rows[i]));
            if (withVectors)
                snapshot.CopyVector(rows[i], vectors.AsSpan(i * dimension, dimension));
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

using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>A write as the coordinator works on it: which rows may go, in which order, to which shard.</summary>
internal sealed class WriteBatch
{
    private WriteBatch(WriteRequest request, int dimension)
    {
        Request = request;
        Dimension = dimension;
    }

    public WriteRequest Request { get; }

    public int Dimension { get; }

    /// <summary>Rows before the first one that cannot be written whatever the index holds.</summary>
    public int Prefix { get; private set; }

    /// <summary>What is wrong with the row at <see cref="Prefix"/>, or null when all rows are sound.</summary>
    public FlatError? Error { get; private set; }

    /// <summary>Checks the whole request once: its form, then its rows in order up to the first bad one.</summary>
    public static WriteBatch Check(WriteRequest request, IndexSettings settings)
    {
        int dimension = settings.Dimension;
        var rows = request.Rows ?? throw FlatIndexException.InvalidConfig("a write has rows, found none");
        bool vectors = request.Mode is WriteMode.Insert or WriteMode.Upsert;
        if (!Enum.IsDefined(request.Mode))
            throw FlatIndexException.InvalidConfig($"no write has mode {(int)request.Mode}");
        if (rows.Metadata.Count != 0 && rows.Metadata.Count != rows.Count)
            throw FlatIndexException.InvalidConfig($"a batch of {rows.Count} rows has metadata for each or for none, found {rows.Metadata.Count}");
        if (!vectors && rows.Vectors.Length > 0)
            throw FlatIndexException.InvalidConfig($"a write of mode {request.Mode} has no vectors, found {rows.Vectors.Length} floats");
        if (vectors && rows.Vectors.Length != (long)rows.Count * dimension)
            throw FlatIndexException.DimensionMismatch(dimension, rows.Count == 0 ? rows.Vectors.Length : rows.Vectors.Length / rows.Count);

        var batch = new WriteBatch(request, dimension);
        while (batch.Prefix < rows.Count && batch.Error is null)
        {
            batch.Error = Bad(rows, batch.Prefix, vectors ? dimension : 0, settings.Parts);
            if (batch.Error is null)
                batch.Prefix++;
        }

        return batch;
    }

    /// <summary>Rows of the prefix as they go to each shard; a place among a shard's rows maps to one in the request.</summary>
    public Dictionary<int, List<int>> ByShard(SlotMap slots, int count)
    {
        var places = new Dictionary<int, List<int>>();
        var last = Request.Mode == WriteMode.Upsert ? LastPlaces(count) : null;
        for (int row = 0; row < count; row++)
        {
            var id = Request.Rows.Ids.Values[row];
            if (last is not null && last[id] != row)
                continue;
            int shard = slots.ShardOf(id);
            if (!places.TryGetValue(shard, out var list))
                places[shard] = list = [];
            list.Add(row);
        }

        return places;
    }

    /// <summary>A shard's rows as a block of their own.</summary>
    public RowBlock Take(List<int> places)
    {
        var rows = Request.Rows;

        // All of them: they lie as they should.
        if (places.Count == rows.Count)
            return rows;
        var ids = new RowId[places.Count];
        bool withVectors = rows.Vectors.Length > 0;
        bool withMetadata = rows.Metadata.Count > 0;
        var vectors = new float[withVectors ? places.Count * Dimension : 0];
        var metadata = withMetadata ? new Metadata?[places.Count] : [];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = rows.Ids.Values[places[i]];
            if (withVectors)
                rows.VectorAt(places[i], Dimension).Span.CopyTo(vectors.AsSpan(i * Dimension));
            if (withMetadata)
                metadata[i] = rows.Metadata.Values[places[i]];
        }

        return new() { Ids = ids, Vectors = vectors, Metadata = metadata };
    }

    /// <summary>A shard's ids alone, for the round that only asks.</summary>
    public RowIdColumn TakeIds(List<int> places) => places.Select(place => Request.Rows.Ids.Values[place]).ToArray();

    /// <summary>The error of a row that the index's own rows do not allow.</summary>
    public FlatError Refusal(int place)
    {
        var id = Request.Rows.Ids.Values[place];
        return Request.Mode == WriteMode.Insert ? FlatIndexException.Duplicate(id).Error : FlatIndexException.NotFound(id).Error;
    }

    /// <summary>An id written twice in one upsert takes its last value.</summary>
    private Dictionary<RowId, int> LastPlaces(int count)
    {
        var last = new Dictionary<RowId, int>(count);
        for (int row = 0; row < count; row++)
            last[Request.Rows.Ids.Values[row]] = row;
        return last;
    }

    private static FlatError? Bad(RowBlock rows, int row, int dimension, VectorParts? parts)
    {
        var id = rows.Ids.Values[row];
        try
        {
            if (dimension > 0)
            {
                RowCheck.Check(id, rows.VectorAt(row, dimension).Span, rows.MetadataAt(row), dimension, parts);
                return null;
            }

            RowIdLimits.Check(id);
            MetadataLimits.Check(rows.MetadataAt(row));
            return null;
        }
        catch (FlatIndexException e)
        {
            return e.Error with { Id = id };
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Segments;
using IqdbFlat.Grains.Coordinator;

namespace IqdbFlat.Grains.Shards;

/// <summary>
/// The form of what a shard is asked. A coordinator keeps to it; whoever else reaches the grain gets a typed error, before anything
/// is planned, read or allocated by a number of its choice.
/// </summary>
internal static class ShardRequestCheck
{
    public static void NotNull([NotNull] object? request)
    {
        if (request is null)
            throw FlatIndexException.InvalidConfig("a shard is sent a request, found none");
    }

    /// <summary>A number for each row, rising; a vector for each row that needs one; metadata for each or for none.</summary>
    public static void Write(ShardWrite write, int dimension)
    {
        if (write.Rows is not { } rows)
            throw FlatIndexException.InvalidConfig("a write has rows, found none");
        if (write.Cut < 0 || write.Token is { Part: < 0 })
            throw FlatIndexException.InvalidConfig($"the counts of a write are 0 or more, found a cut of {write.Cut} and part {write.Token?.Part}");
        var sequences = write.Sequences;
        bool clears = write.Mode is WriteMode.Clear or WriteMode.DeleteMatching;
        if (write.Mode == WriteMode.DeleteMatching)
            FilterLimits.Check(write.Filter.Filter ?? throw FlatIndexException.InvalidConfig("rows are removed by a filter, found none"));
        if (clears && rows.Count > 0)
            throw FlatIndexException.InvalidConfig($"a write of mode {write.Mode} has no rows, found {rows.Count}");
        int wanted = clears ? 1 : rows.Count;
        if (sequences.Count != wanted)
            throw FlatIndexException.InvalidConfig($"a write of {rows.Count} rows has {wanted} numbers, found {sequences.Count}");
        for (int i = 1; i < sequences.Count; i++)
        {
            if (sequences[i] <= sequences[i - 1])
                throw FlatIndexException.InvalidConfig($"the numbers of a write rise, found {sequences[i]} after {sequences[i - 1]}");
        }

        if (rows.Metadata.Count != 0 && rows.Metadata.Count != rows.Count)
            throw FlatIndexException.InvalidConfig($"a write of {rows.Count} rows has metadata for each or for none, found {rows.Metadata.Count}");
        if (write.Mode is WriteMode.Insert or WriteMode.Upsert && rows.Vectors.Length != (long)rows.Count * dimension)
            throw FlatIndexException.DimensionMismatch(dimension, rows.Count == 0 ? rows.Vectors.Length : rows.Vectors.Length / rows.Count);
    }

    /// <summary>A vector that rows have, queries of its dimension, as many as are said; k and filter within their caps.</summary>
    public static void Search(ShardSearch search, RowSnapshot snapshot)
    {
        int vectors = snapshot.Parts?.Count ?? 1;
        if (search.Part < 0 || search.Part >= vectors)
            throw FlatIndexException.InvalidConfig($"the vector that is searched is 0 to {vectors - 1}, found {search.Part}");
        SearchRequestCheck.Count(search.QueryCount, search.Queries.Length, snapshot.Parts?[search.Part].Dimension ?? snapshot.Dimension);
        SearchRequestCheck.Window(search.MinDistance, search.MaxDistance);

        // One more than an answer holds tells a shard that finds so many within bounds.
        if (search.K is < 0 or > Limits.Hits + 1)
            throw FlatIndexException.InvalidConfig($"k is 0 to {Limits.Hits + 1} at a shard, found {search.K}");
        FilterLimits.Check(search.Filter.Filter);
    }

    /// <summary>As many ids, or rows of a page, as a coordinator asks for.</summary>
    public static void Read(ShardRead read)
    {
        if (read.Ids.Count > RowReads.MaxIds)
            throw FlatIndexException.ResourceLimitExceeded("ids in one request", RowReads.MaxIds, read.Ids.Count);
        if (read.Ids.Count == 0 && read.Limit is < 1 or > RowReads.MaxPageRows)
            throw FlatIndexException.InvalidConfig($"a page has 1 to {RowReads.MaxPageRows} rows, found {read.Limit}");
    }

    /// <summary>The silo that a move names.</summary>
    public static SiloAddress Silo(string? silo)
    {
        try
        {
            return SiloAddress.FromParsableString(silo ?? "");
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            throw new FlatIndexException(FlatIndexException.InvalidConfig($"a silo's address is written as in 127.0.0.1:11111@5, found '{silo}'").Error, e);
        }
    }
}

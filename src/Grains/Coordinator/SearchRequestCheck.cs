using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>What a search must hold before any shard is asked, in the order that the contract gives.</summary>
internal static class SearchRequestCheck
{
    /// <summary>Queries of one search, at most: what one message and one answer can carry.</summary>
    public const int MaxQueries = 16_384;

    /// <summary>Dimension, finiteness, metric, k.</summary>
    public static void Queries(IndexSettings settings, SearchRequest request)
    {
        Count(request.QueryCount, request.Queries.Length, settings.Dimension);
        for (int query = 0; query < request.QueryCount; query++)
            VectorCheck.Check(request.Queries.Span.Slice(query * settings.Dimension, settings.Dimension), settings.Dimension);
        if (request.Metric is { } metric && metric != settings.Metric)
            throw FlatIndexException.InvalidMetric(settings.Metric, metric);
        if (request.K < 0)
            throw FlatIndexException.InvalidConfig($"k is not negative, found {request.K}");
    }

    /// <summary>So many queries as are said, of this dimension.</summary>
    public static void Count(int queries, int floats, int dimension)
    {
        if (queries is < 1 or > MaxQueries)
            throw FlatIndexException.InvalidConfig($"a search has 1 to {MaxQueries} queries, found {queries}");
        if (floats != (long)queries * dimension)
            throw FlatIndexException.DimensionMismatch(dimension, floats / queries);
    }

    /// <summary>What is wrong with a filter, or null.</summary>
    public static FlatIndexException? FilterError(Filter? filter)
    {
        try
        {
            FilterLimits.Check(filter);
            return null;
        }
        catch (FlatIndexException e)
        {
            return e;
        }
    }
}

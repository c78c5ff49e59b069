using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Grains.Coordinator;

/// <summary>What a search must hold before any shard is asked, in the order that the contract gives.</summary>
internal static class SearchRequestCheck
{
    /// <summary>What each query must hold, in their order; the error says which one does not.</summary>
    public static void Queries(IndexSettings settings, SearchRequest request)
    {
        var (dimension, metric) = settings.VectorOf(request.VectorName, out _);
        Count(request.QueryCount, request.Queries.Length, dimension);
        for (int query = 0; query < request.QueryCount; query++)
        {
            try
            {
                var vector = request.Queries.Span.Slice(query * dimension, dimension);
                SearchCheck.Query(vector, request.K, request.Metric, dimension, metric);
                Window(request.MinDistance, request.MaxDistance);
            }
            catch (FlatIndexException e)
            {
                throw new FlatIndexException(e.Error with { Item = query }, e);
            }
        }
    }

    /// <summary>Bounds of distance that are numbers. A least one above the greatest, which a client makes of a score, leaves no hit.</summary>
    public static void Window(float? min, float? max)
    {
        if (float.IsNaN(min ?? 0) || float.IsNaN(max ?? 0))
            throw FlatIndexException.InvalidConfig($"a bound of distance is a number, found {(float.IsNaN(min ?? 0) ? "a least" : "a greatest")} one that is NaN");
    }

    /// <summary>So many queries as are said, of this dimension.</summary>
    public static void Count(int queries, int floats, int dimension)
    {
        if (queries is < 1 or > RequestLimits.Queries)
            throw FlatIndexException.InvalidConfig($"a search has 1 to {RequestLimits.Queries} queries, found {queries}");
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

using IqdbFlat.Engine.Filters;

namespace IqdbFlat.Engine;

/// <summary>Evaluates a filter over a row's metadata, plainly: one row, one tree walk. The oracle of every faster way.</summary>
public static class FilterEvaluator
{
    /// <summary>Whether the metadata passes the filter; see <see cref="Filter"/> for what each node means.</summary>
    /// <remarks>
    /// Throws <see cref="FlatErrorKind.InvalidFilter"/> when it comes to nodes deeper than <see cref="Limits.FilterDepth"/>, so that no tree
    /// exhausts the stack. It does not look at the other caps; <see cref="FilterLimits.Check"/> does, over the whole tree.
    /// </remarks>
    public static bool Matches(Filter filter, Metadata metadata)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(metadata);
        return Matches(filter, metadata, depthLeft: Limits.FilterDepth);
    }

    private static bool Matches(Filter filter, Metadata metadata, int depthLeft)
    {
        switch (filter)
        {
            case CompareFilter leaf:
                return metadata.TryGetValue(leaf.Field, out var value) && LeafPredicate.Compare(leaf, value);
            case InFilter leaf:
                return metadata.TryGetValue(leaf.Field, out var member) && LeafPredicate.In(leaf, member);
            case ContainsFilter leaf:
                return metadata.TryGetValue(leaf.Field, out var array) && LeafPredicate.Contains(array, leaf.Value);
            case ContainsAnyFilter leaf:
                return metadata.TryGetValue(leaf.Field, out var elements) && LeafPredicate.ContainsAny(elements, leaf.Values);
            case TextFilter leaf:
                return metadata.TryGetValue(leaf.Field, out var text) && LeafPredicate.HasText(leaf, text);
        }

        if (depthLeft == 0)
            throw FilterLimits.TooDeep();
        return filter switch
        {
            NotFilter not => !Matches(not.Inner, metadata, depthLeft - 1),
            AndFilter and => All(and.Filters, metadata, depthLeft - 1),
            OrFilter or => Any(or.Filters, metadata, depthLeft - 1),
            _ => throw new InvalidOperationException($"The evaluator does not know the filter node {filter.GetType().Name}."),
        };
    }

    private static bool All(IReadOnlyList<Filter> filters, Metadata metadata, int depthLeft)
    {
        for (int i = 0; i < filters.Count; i++)
        {
            if (!Matches(filters[i], metadata, depthLeft))
                return false;
        }

        return true;
    }

    private static bool Any(IReadOnlyList<Filter> filters, Metadata metadata, int depthLeft)
    {
        for (int i = 0; i < filters.Count; i++)
        {
            if (Matches(filters[i], metadata, depthLeft))
                return true;
        }

        return false;
    }
}

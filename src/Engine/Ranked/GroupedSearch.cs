using IqdbFlat.Engine.Filters;
using IqdbFlat.Engine.TopK;

namespace IqdbFlat.Engine.Ranked;

/// <summary>The nearest rows of each of the groups that are nearest, made of ordinary searches.</summary>
/// <remarks>
/// Rows are of one group where their values are equal as Eq means it, so NaNs and arrays, which are left out, are of none. The nearest groups are found by searching, over and over, for rows of
/// none of the groups that are known: each answer begins with the nearest row of all others, so groups turn up in the order of their nearest rows, and each search finds at
/// least one. Then each group is searched by itself. That is exact whatever the number of shards, because every search is; it takes at most two searches a group.
/// </remarks>
internal static class GroupedSearch
{
    /// <summary>Groups, at most: the values that one In takes.</summary>
    public const int MostGroups = Limits.FilterInValues;

    private const int FewestHits = 16;
    private const int MostHits = 960;
    private const int HitsPerGroup = 4;

    /// <summary>Checks what is asked for: the field's name, the numbers of groups and of hits of each.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/>; <see cref="FlatErrorKind.ResourceLimitExceeded"/>: more hits than an answer holds.</exception>
    public static void Check(string field, int groups, int perGroup)
    {
        if (!Values.UnicodeText.IsValid(field))
            throw FlatIndexException.InvalidConfig($"hits are grouped by a field whose name is valid Unicode, found {Values.UnicodeText.Quote(field)}");
        if (groups is < 0 or > MostGroups)
            throw FlatIndexException.InvalidConfig($"a search has 0 to {MostGroups} groups, found {groups}");
        if (perGroup < 0)
            throw FlatIndexException.InvalidConfig($"a group has 0 hits or more, found {perGroup}");
        if ((long)groups * perGroup > Limits.Hits)
            throw FlatIndexException.ResourceLimitExceeded("hits", Limits.Hits, (long)groups * perGroup);
    }

    /// <summary>The groups, by their nearest rows.</summary>
    /// <param name="field">The field that parts the rows.</param>
    /// <param name="groups">Groups wanted, at most.</param>
    /// <param name="perGroup">Hits of each, at most.</param>
    /// <param name="filter">Which rows count; null for all.</param>
    /// <param name="search">Searches by filter and k, with metadata where that is asked for.</param>
    public static async ValueTask<IReadOnlyList<HitGroup>> RunAsync(
        string field, int groups, int perGroup, Filter? filter, Func<Filter, int, bool, ValueTask<IReadOnlyList<Hit>>> search)
    {
        var values = new List<MetadataValue>();
        while (values.Count < groups && perGroup > 0)
        {
            int wanted = Math.Clamp(HitsPerGroup * (groups - values.Count), FewestHits, MostHits);
            var hits = await search(Others(field, filter, values), wanted, true);
            foreach (var hit in hits)
            {
                if (values.Count < groups && hit.Metadata!.TryGetValue(field, out var value) && !values.Exists(known => LeafPredicate.Equal(value, known)))
                    values.Add(value);
            }

            if (hits.Count < wanted)
                break;
        }

        var found = new List<HitGroup>();
        foreach (var value in values)
        {
            var hits = await search(Both(filter, Filter.Eq(field, value)), perGroup, false);
            if (hits.Count > 0)
                found.Add(new(value, hits));
        }

        // In the order of what was found last: rows may have been written since the groups turned up.
        found.Sort(static (left, right) => RankOf(left).CompareTo(RankOf(right)));
        return found;
    }

    private static (uint, ulong) RankOf(HitGroup group) => (DistanceOrder.KeyOf(group.Hits[0].Distance), group.Hits[0].Sequence);

    private static Filter Both(Filter? filter, Filter other) => filter is null ? other : Filter.And(filter, other);

    private static Filter Others(string field, Filter? filter, List<MetadataValue> known)
    {
        // What equals itself, kind by kind: neither NaN nor an array nor a row without the field.
        var grouped = Filter.Or(
            Filter.Eq(field, MetadataValue.Null),
            Filter.Lte(field, true),
            Filter.Lte(field, long.MaxValue),
            Filter.Lte(field, double.PositiveInfinity),
            Filter.Gte(field, ""),
            Filter.Lte(field, DateTimeOffset.MaxValue));

        // In the same form where none is known, so that whether a filter is within its caps does not depend on the rows.
        return Both(filter, Filter.And(grouped, Filter.Not(Filter.In(field, [.. known]))));
    }
}

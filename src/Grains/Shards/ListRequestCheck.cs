using IqdbFlat.Abstractions;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Listing;

namespace IqdbFlat.Grains.Shards;

/// <summary>The form of a list that is asked for over the wire, checked by coordinators and shards alike.</summary>
internal static class ListRequestCheck
{
    /// <summary>A page's limit, an order, a filter within its caps, and the row to begin after where there is one. Gives the order and that row's rank.</summary>
    public static (RowOrder Order, RowRank? After) Part(ShardList list)
    {
        if (list.Limit is < 1 or > ListOptions.MaxLimit)
            throw FlatIndexException.InvalidConfig($"a page has 1 to {ListOptions.MaxLimit} rows, found {list.Limit}");
        string[] fields = list.OrderFields ?? [];
        int[] descending = list.Descending ?? [];
        if (descending.Length > fields.Length || descending.Any(place => place < 0 || place >= fields.Length))
            throw FlatIndexException.InvalidConfig($"the descending ones of {fields.Length} fields are places among them, found {string.Join(", ", descending.Take(8))}");
        var order = RowOrder.By([.. fields.Select((field, place) => new FieldOrder(field, descending.Contains(place)))]);
        FilterLimits.Check(list.Filter.Filter);
        return (order, list.After.Count == 0 && list.AfterSequence == 0 ? null : order.RankOf(list.After.Count == 0 ? Metadata.Empty : list.After.Values[0] ?? Metadata.Empty, list.AfterSequence));
    }
}

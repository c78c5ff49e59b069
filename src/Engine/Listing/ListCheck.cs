namespace IqdbFlat.Engine.Listing;

/// <summary>What a list is checked for before a row is looked at, in the order of the contract: limit, skip, order, filter, then the cursor.</summary>
internal static class ListCheck
{
    /// <summary>Checks all of it; gives the order and the place to begin after.</summary>
    public static (RowOrder Order, RowRank? After) Options(ListOptions options, string incarnation)
    {
        if (options.Limit is < 1 or > ListOptions.MaxLimit)
            throw FlatIndexException.InvalidConfig(FormattableString.Invariant($"a page has 1 to {ListOptions.MaxLimit} rows, found {options.Limit}"));
        if (options.Skip < 0)
            throw FlatIndexException.InvalidConfig(FormattableString.Invariant($"a list passes over 0 rows or more, found {options.Skip}"));
        var order = RowOrder.By(options.OrderBy);
        FilterLimits.Check(options.Filter);
        return (order, ListCursor.Read(incarnation, order, options.Filter, options.Cursor));
    }
}

namespace IqdbFlat.Engine.Tests.Filters;

public class FilterLimitsTests
{
    private static readonly Filter Leaf = Filter.Eq("f", 1L);

    [Fact]
    public void No_filter_passes() => FilterLimits.Check(null);

    [Fact]
    public void Depth_64_passes_and_65_fails_whatever_the_node_and_whatever_is_at_the_bottom()
    {
        foreach (var wrap in new Func<Filter, Filter>[] { Filter.Not, f => Filter.And(f), f => Filter.Or(f), f => Filter.And(Leaf, f, Leaf) })
        {
            FilterLimits.Check(Nest(Leaf, wrap, 64));
            AssertInvalid(Nest(Leaf, wrap, 65), "64");
            FilterLimits.Check(Nest(Filter.And(), wrap, 63));
            AssertInvalid(Nest(Filter.Or(), wrap, 64), "64");
        }
    }

    [Fact]
    public void Siblings_do_not_add_up()
    {
        var deep = Nest(Leaf, Filter.Not, 63);
        FilterLimits.Check(Filter.And([.. Enumerable.Repeat(deep, 200)]));
    }

    [Fact]
    public void The_whole_tree_is_checked_also_where_evaluation_would_stop_early() =>
        AssertInvalid(Filter.And(Filter.Or(), Nest(Leaf, Filter.Not, 64)), "64");

    [Fact]
    public void An_in_has_at_most_1024_values_duplicates_counted()
    {
        FilterLimits.Check(Filter.In("f", [.. Enumerable.Repeat(MetadataValue.Null, 1024)]));
        AssertInvalid(Filter.In("f", [.. Enumerable.Repeat(MetadataValue.Null, 1025)]), "1025");
        FilterLimits.Check(Filter.Or(Filter.In("f", [.. Enumerable.Repeat(MetadataValue.Null, 1024)]), Filter.In("f", 1L)));
    }

    [Fact]
    public void A_containsany_has_at_most_1024_values_and_an_array_4096_elements()
    {
        FilterLimits.Check(Filter.ContainsAny("f", [.. Enumerable.Repeat(MetadataValue.Null, 1024)]));
        AssertInvalid(Filter.ContainsAny("f", [.. Enumerable.Repeat(MetadataValue.Null, 1025)]), "1025");
        var longest = MetadataValue.FromArray(new MetadataValue[4_096]);
        var longer = MetadataValue.FromArray(new MetadataValue[4_097]);
        FilterLimits.Check(Filter.And(Filter.Eq("f", longest), Filter.In("f", longest, longest)));
        foreach (var filter in new[] { Filter.Eq("f", longer), Filter.In("f", longer), Filter.Contains("f", longer), Filter.ContainsAny("f", longer) })
            AssertInvalid(filter, "4097");
    }

    [Fact]
    public void A_tree_has_at_most_16384_nodes_each_place_counted()
    {
        FilterLimits.Check(Filter.And([.. Enumerable.Repeat(Leaf, 16_383)]));
        AssertInvalid(Filter.And([.. Enumerable.Repeat(Leaf, 16_384)]), "16384");
        FilterLimits.Check(Filter.Or([.. Enumerable.Repeat(Filter.Not(Leaf), 8_191)]));
        AssertInvalid(Filter.Or([.. Enumerable.Repeat(Filter.Not(Leaf), 8_192)]), "16384");
    }

    [Fact]
    public void Shared_nodes_that_unfold_without_end_are_refused_at_once() =>
        AssertInvalid(Nest(Leaf, f => Filter.And(f, f), 64), "16384");

    [Fact]
    public void Depth_of_100_000_fails_without_recursion() => AssertInvalid(Nest(Leaf, Filter.Not, 100_000), "64");

    [Fact]
    public void Text_that_is_not_unicode_is_refused()
    {
        AssertInvalid(Filter.Eq("a\uD800", 1L), "\\uD800");
        AssertInvalid(Filter.Eq("field", "\uDC00x"), "'field'");
        AssertInvalid(Filter.In("field", 1L, "\uD83D"), "'field'");
        AssertInvalid(Filter.Eq("field", MetadataValue.FromArray("a", "\uD83D")), "'field'");
        AssertInvalid(Filter.Contains("field", "\uD83D"), "'field'");
        AssertInvalid(Filter.ContainsAny("field", "\uD83D"), "'field'");
        AssertInvalid(Filter.EndsWith("field", "\uD83D"), "'field'");
        AssertInvalid(Filter.StartsWith("a\uD800", "x"), "\\uD800");
        AssertInvalid(Filter.In("\uDC00\uD800"), "\\uDC00\\uD800");
        FilterLimits.Check(Filter.Eq("\U0001F600", "\U0010FFFF\uE000"));
    }

    private static Filter Nest(Filter filter, Func<Filter, Filter> wrap, int times)
    {
        for (int i = 0; i < times; i++)
            filter = wrap(filter);
        return filter;
    }

    private static void AssertInvalid(Filter filter, string part)
    {
        var error = Assert.Throws<FlatIndexException>(() => FilterLimits.Check(filter));
        Assert.Equal(FlatErrorKind.InvalidFilter, error.Kind);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }
}

namespace IqdbFlat.Engine.Tests.Filters;

/// <summary>The rules of the contract as a table, worked out by hand, and not by the code under test.</summary>
public class FilterEvaluatorTests
{
    private static readonly string[] Operators = ["=", "!=", "<", "<=", ">", ">="];

    /// <summary>
    /// Present value, then the value compared with, then which of = != &lt; &lt;= &gt; &gt;= hold (y or n).
    /// </summary>
    public static TheoryData<MetadataValue, MetadataValue, string> Table()
    {
        const string Equal = "ynnyny", Below = "nyyynn", Above = "nynnyy", Apart = "nynnnn", Unordered = "ynnnnn";
        MetadataValue @null = MetadataValue.Null, nan = double.NaN;
        return new()
        {
            { @null, @null, Equal },
            { false, false, Equal }, { true, true, Equal }, { false, true, Below }, { true, false, Above },
            { 1L, 1L, Equal }, { -1L, 1L, Below }, { long.MaxValue, long.MinValue, Above },
            { 9007199254740993L, 9007199254740992L, Above },
            { 1.5, 1.5, Equal }, { 1.5, 2.5, Below }, { 2.5, 1.5, Above },
            { -0.0, 0.0, Equal }, { 0.0, -0.0, Equal },
            { double.NegativeInfinity, double.PositiveInfinity, Below }, { double.PositiveInfinity, double.MaxValue, Above },
            { double.PositiveInfinity, double.PositiveInfinity, Equal },
            { nan, nan, Apart }, { nan, 1.0, Apart }, { 1.0, nan, Apart }, { nan, double.PositiveInfinity, Apart },
            { "a", "a", Equal }, { "a", "b", Below }, { "a", "A", Above }, { "a", "ab", Below }, { "", "a", Below }, { "", "", Equal },
            { "\uE000", "\U0001F600", Below }, { "\u00E9", "e\u0301", Above },
            { At(12, 0), At(14, 2), Equal }, { At(12, 0), At(13, 0), Below }, { At(12, -2), At(13, 0), Above }, { At(12, 0), "2024-05-01T12:00:00Z", Apart },
            { MetadataValue.FromArray("a"), MetadataValue.FromArray("a"), Unordered }, { MetadataValue.FromArray(), MetadataValue.FromArray(), Unordered },
            { MetadataValue.FromArray("a"), MetadataValue.FromArray("b"), Apart }, { MetadataValue.FromArray("a"), "a", Apart }, { "a", MetadataValue.FromArray("a"), Apart },
            { MetadataValue.FromArray(0.0), MetadataValue.FromArray(-0.0), Unordered }, { MetadataValue.FromArray(nan), MetadataValue.FromArray(nan), Apart },
            { MetadataValue.FromArray(1L), MetadataValue.FromArray(1.0), Apart }, { MetadataValue.FromArray(1L, 2L), MetadataValue.FromArray(2L, 1L), Apart },
            { MetadataValue.FromArray(@null), MetadataValue.FromArray(@null), Unordered }, { MetadataValue.FromArray(@null), MetadataValue.FromArray(), Apart },
            { MetadataValue.FromArray(At(12, 0)), MetadataValue.FromArray(At(14, 2)), Unordered }, { @null, MetadataValue.FromArray(), Apart },
            { 1L, 1.0, Apart }, { 1.0, 1L, Apart }, { 0L, false, Apart }, { true, 1L, Apart }, { "1", 1L, Apart }, { 1L, "1", Apart },
            { @null, false, Apart }, { false, @null, Apart }, { @null, "", Apart }, { "", @null, Apart }, { @null, 0L, Apart },
            { 0.0, @null, Apart }, { @null, nan, Apart }, { "true", true, Apart }, { "null", @null, Apart }, { 1.0, true, Apart }, { "1", 1.0, Apart },
        };
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Leaves_answer_as_the_contract_says(MetadataValue present, MetadataValue value, string expected)
    {
        var row = Metadata.From(("f", present));
        for (int op = 0; op < Operators.Length; op++)
        {
            bool found = FilterEvaluator.Matches(new CompareFilter((CompareOperator)op, "f", value), row);
            Assert.True(found == (expected[op] == 'y'), $"{present.Kind} {present} {Operators[op]} {value.Kind} {value} gave {found}");
        }

        Assert.Equal(expected[0] == 'y', FilterEvaluator.Matches(Filter.In("f", value), row));
        Assert.Equal(expected[0] == 'y', FilterEvaluator.Matches(Filter.In("f", "other", value, value), row));
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void A_row_without_the_field_fails_every_leaf_and_passes_its_negation(MetadataValue present, MetadataValue value, string expected)
    {
        _ = expected;
        foreach (var row in new[] { Metadata.Empty, Metadata.From(("F", present), ("", present)) })
        {
            for (int op = 0; op < Operators.Length; op++)
            {
                var leaf = new CompareFilter((CompareOperator)op, "f", value);
                Assert.False(FilterEvaluator.Matches(leaf, row));
                Assert.True(FilterEvaluator.Matches(Filter.Not(leaf), row));
            }

            Assert.False(FilterEvaluator.Matches(Filter.In("f", present, value), row));
        }
    }

    /// <summary>The value of a field, what it is to contain, and whether it does.</summary>
    public static TheoryData<MetadataValue, MetadataValue, bool> Containing()
    {
        MetadataValue @null = MetadataValue.Null, nan = double.NaN;
        return new()
        {
            { MetadataValue.FromArray("a", "b"), "b", true }, { MetadataValue.FromArray("a", "b"), "c", false }, { MetadataValue.FromArray(), "a", false },
            { MetadataValue.FromArray(), @null, false }, { MetadataValue.FromArray("a", @null), @null, true }, { MetadataValue.FromArray("a"), @null, false },
            { MetadataValue.FromArray(1L), 1.0, false }, { MetadataValue.FromArray(0.0), -0.0, true }, { MetadataValue.FromArray(nan), nan, false },
            { MetadataValue.FromArray(At(12, 0)), At(14, 2), true }, { "abc", "b", false }, { "b", "b", false }, { @null, @null, false },
            { MetadataValue.FromArray("a"), MetadataValue.FromArray("a"), false }, { MetadataValue.FromArray(true, false), false, true },
        };
    }

    [Theory]
    [MemberData(nameof(Containing))]
    public void An_array_contains_what_one_of_its_elements_equals(MetadataValue present, MetadataValue value, bool expected)
    {
        var row = Metadata.From(("f", present));
        Assert.Equal(expected, FilterEvaluator.Matches(Filter.Contains("f", value), row));
        Assert.Equal(expected, FilterEvaluator.Matches(Filter.ContainsAny("f", "no", value), row));
        Assert.False(FilterEvaluator.Matches(Filter.ContainsAny("f"), row));
        Assert.False(FilterEvaluator.Matches(Filter.Contains("g", value), row));
        Assert.True(FilterEvaluator.Matches(Filter.Not(Filter.ContainsAny("g", value)), row));
    }

    [Theory]
    [InlineData("abc", "ab", "ynY")]
    [InlineData("abc", "bc", "nyY")]
    [InlineData("abc", "b", "nnY")]
    [InlineData("abc", "", "yyY")]
    [InlineData("", "", "yyY")]
    [InlineData("", "a", "nnN")]
    [InlineData("abc", "AB", "nnN")]
    [InlineData("e\u0301", "e", "ynY")]
    [InlineData("\u00E9", "e", "nnN")]
    [InlineData("a\U0001F600b", "\U0001F600", "nnY")]
    [InlineData("a\0b", "\0b", "nyY")]
    public void Texts_are_found_at_the_beginning_the_end_or_anywhere(string present, string text, string expected)
    {
        var row = Metadata.From(("f", present), ("tags", MetadataValue.FromArray(present)), ("n", 1L));
        Assert.Equal(expected[0] == 'y', FilterEvaluator.Matches(Filter.StartsWith("f", text), row));
        Assert.Equal(expected[1] == 'y', FilterEvaluator.Matches(Filter.EndsWith("f", text), row));
        Assert.Equal(expected[2] == 'Y', FilterEvaluator.Matches(Filter.ContainsText("f", text), row));
        foreach (string other in new[] { "tags", "n", "absent" })
        {
            Assert.False(FilterEvaluator.Matches(Filter.StartsWith(other, text), row));
            Assert.True(FilterEvaluator.Matches(Filter.Not(Filter.ContainsText(other, text)), row));
        }
    }

    [Fact]
    public void And_of_nothing_holds_and_or_of_nothing_and_in_of_nothing_do_not()
    {
        var row = Metadata.From(("f", 1L));
        Assert.True(FilterEvaluator.Matches(Filter.And(), row));
        Assert.False(FilterEvaluator.Matches(Filter.Or(), row));
        Assert.False(FilterEvaluator.Matches(Filter.In("f"), row));
    }

    [Fact]
    public void And_needs_all_or_needs_one()
    {
        Filter yes = Filter.And(), no = Filter.Or();
        Assert.True(FilterEvaluator.Matches(Filter.And(yes, yes), Metadata.Empty));
        Assert.False(FilterEvaluator.Matches(Filter.And(yes, no, yes), Metadata.Empty));
        Assert.True(FilterEvaluator.Matches(Filter.Or(no, yes, no), Metadata.Empty));
        Assert.False(FilterEvaluator.Matches(Filter.Or(no, no), Metadata.Empty));
        Assert.True(FilterEvaluator.Matches(Filter.Not(no), Metadata.Empty));
    }

    [Fact]
    public void The_empty_field_name_is_a_name_like_any_other()
    {
        Assert.True(FilterEvaluator.Matches(Filter.Eq("", "x"), Metadata.From(("", "x"))));
        Assert.False(FilterEvaluator.Matches(Filter.Eq("", "x"), Metadata.From((" ", "x"))));
    }

    [Fact]
    public void Hostile_depth_is_an_error_and_not_the_end_of_the_process()
    {
        var filter = Filter.And();
        for (int i = 0; i < 100_000; i++)
            filter = Filter.Not(filter);
        var error = Assert.Throws<FlatIndexException>(() => FilterEvaluator.Matches(filter, Metadata.Empty));
        Assert.Equal(FlatErrorKind.InvalidFilter, error.Kind);
    }

    private static MetadataValue At(int hour, int offset) => new DateTimeOffset(2024, 5, 1, hour, 0, 0, TimeSpan.FromHours(offset));
}

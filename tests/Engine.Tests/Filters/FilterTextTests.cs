using CsCheck;
using IqdbFlat.Tests.Golden;

namespace IqdbFlat.Engine.Tests.Filters;

public class FilterTextTests
{
    [Theory]
    [InlineData("a = 1", "Eq[1:a Int 1]")]
    [InlineData("a != 'x'", "Neq[1:a String 1:x]")]
    [InlineData("a<-1", "Lt[1:a Int -1]")]
    [InlineData("a <= +2", "Lte[1:a Int 2]")]
    [InlineData("a > 1.0", "Gt[1:a Float 3FF0000000000000]")]
    [InlineData("a >= 1e0", "Gte[1:a Float 3FF0000000000000]")]
    [InlineData("a = -0.0", "Eq[1:a Float 8000000000000000]")]
    [InlineData("a = TRUE", "Eq[1:a Bool true]")]
    [InlineData("a = false", "Eq[1:a Bool false]")]
    [InlineData("a = null", "Eq[1:a Null null]")]
    [InlineData("a = NaN", "Eq[1:a Float FFF8000000000000]")]
    [InlineData("a = -Infinity", "Eq[1:a Float FFF0000000000000]")]
    [InlineData("a = infinity", "Eq[1:a Float 7FF0000000000000]")]
    [InlineData("a = ''", "Eq[1:a String 0:]")]
    [InlineData("a = ''''", "Eq[1:a String 1:']")]
    [InlineData("a = 'it''s \"so\"'", "Eq[1:a String 9:it's \"so\"]")]
    [InlineData("\"\" = 1", "Eq[0: Int 1]")]
    [InlineData("\"a \"\"b\"\"\" = 1", "Eq[5:a \"b\" Int 1]")]
    [InlineData("\"and\" = 1", "Eq[3:and Int 1]")]
    [InlineData("a = instant '2024-05-01T14:00:00+02:00'", "Eq[1:a Instant 638501616000000000+120]")]
    [InlineData("a > INSTANT '2024-05-01'", "Gt[1:a Instant 638501184000000000+0]")]
    [InlineData("a = []", "Eq[1:a Array()]")]
    [InlineData("a != ['x', null,'y']", "Neq[1:a Array(String 1:x Null null String 1:y)]")]
    [InlineData("a in ([1],[ -2 , 3 ])", "In[1:a Array(Int 1) Array(Int -2 Int 3)]")]
    [InlineData("a contains 'x'", "Contains[1:a String 1:x]")]
    [InlineData("a contains instant '2024-05-01T00:00Z'", "Contains[1:a Instant 638501184000000000+0]")]
    [InlineData("a ContainsAny (1, null)", "ContainsAny[1:a Int 1 Null null]")]
    [InlineData("a containsany ()", "ContainsAny[1:a]")]
    [InlineData("a startswith 'x'", "TextStartsWith[1:a String 1:x]")]
    [InlineData("a endswith ''", "TextEndsWith[1:a String 0:]")]
    [InlineData("a containstext 'it''s'", "TextContains[1:a String 4:it's]")]
    [InlineData("contains contains 'x'", "Contains[8:contains String 1:x]")]
    [InlineData("instant = instant '2024-05-01'", "Eq[7:instant Instant 638501184000000000+0]")]
    [InlineData("startswith startswith 'x'", "TextStartsWith[10:startswith String 1:x]")]
    [InlineData("System.IO:x-y_1=1", "Eq[15:System.IO:x-y_1 Int 1]")]
    public void Leaves_and_values_are_read(string text, string shape) => Assert.Equal(shape, Shape(text));

    [Theory]
    [InlineData("a in ()", "In[1:a]")]
    [InlineData("a IN (1, 1.0,'x',null,true , nan)", "In[1:a Int 1 Float 3FF0000000000000 String 1:x Null null Bool true Float FFF8000000000000]")]
    [InlineData("kind = 'method' and namespace in ('System.IO', 'System.Text')", "And(Eq[4:kind String 6:method],In[9:namespace String 9:System.IO String 11:System.Text],)")]
    [InlineData("a=1 and b=2 and c=3", "And(Eq[1:a Int 1],Eq[1:b Int 2],Eq[1:c Int 3],)")]
    [InlineData("a=1 and (b=2 and c=3)", "And(Eq[1:a Int 1],And(Eq[1:b Int 2],Eq[1:c Int 3],),)")]
    [InlineData("(a=1 and b=2) and c=3", "And(And(Eq[1:a Int 1],Eq[1:b Int 2],),Eq[1:c Int 3],)")]
    [InlineData("a=1 or b=2 and c=3 or d=4", "Or(Eq[1:a Int 1],And(Eq[1:b Int 2],Eq[1:c Int 3],),Eq[1:d Int 4],)")]
    [InlineData("(a=1 or b=2) and c=3", "And(Or(Eq[1:a Int 1],Eq[1:b Int 2],),Eq[1:c Int 3],)")]
    [InlineData("not a=1 and b=2", "And(Not(Eq[1:a Int 1]),Eq[1:b Int 2],)")]
    [InlineData("not (a=1 and b=2)", "Not(And(Eq[1:a Int 1],Eq[1:b Int 2],))")]
    [InlineData("not not a=1", "Not(Not(Eq[1:a Int 1]))")]
    [InlineData("((a=1))", "Eq[1:a Int 1]")]
    [InlineData("and()", "And()")]
    [InlineData("or ( )", "Or()")]
    [InlineData("and(a=1)", "And(Eq[1:a Int 1],)")]
    [InlineData("or(a=1, b=2 or c=3)", "Or(Eq[1:a Int 1],Or(Eq[1:b Int 2],Eq[1:c Int 3],),)")]
    [InlineData("a=1 and and() or or()", "Or(And(Eq[1:a Int 1],And(),),Or(),)")]
    [InlineData("\n\ta\r\n=\n1 ", "Eq[1:a Int 1]")]
    [InlineData("\u00FCber = 1", "Eq[4:\u00FCber Int 1]")]
    public void Nodes_map_one_to_one(string text, string shape) => Assert.Equal(shape, Shape(text));

    [Theory]
    [InlineData("", 1, "expected a field name, not or (, found the end")]
    [InlineData("   ", 4, "found the end")]
    [InlineData("a", 2, "expected =, !=, <, <=, >, >=, in, contains, containsany, startswith, endswith or containstext, found the end")]
    [InlineData("a =", 4, "expected a value: a 'string', a number, true, false, null, instant 'time' or [values], found the end")]
    [InlineData("a = b", 5, "a string goes in single quotes), found 'b'")]
    [InlineData("a = \"b\"", 5, "found the field name 'b'")]
    [InlineData("a == 1", 4, "expected a value: a 'string', a number, true, false, null, instant 'time' or [values], found '='")]
    [InlineData("a ! 1", 3, "found '!'")]
    [InlineData("a <> 1", 4, "found '>'")]
    [InlineData("a = 1 b = 2", 7, "expected and, or, or the end, found 'b'")]
    [InlineData("a = 1 and", 10, "expected a field name, not or (, found the end")]
    [InlineData("a = 1)", 6, "expected and, or, or the end, found ')'")]
    [InlineData("(a = 1", 7, "expected and, or, or ), found the end")]
    [InlineData("(a = 1, b = 2)", 7, "expected and, or, or ), found ','")]
    [InlineData("a in 1", 6, "expected (, found '1'")]
    [InlineData("a in (1", 8, "expected , or ), found the end")]
    [InlineData("a in (1,)", 9, "expected a value: a 'string', a number, true, false, null, instant 'time' or [values], found ')'")]
    [InlineData("a contains", 11, "expected a value")]
    [InlineData("a contains x", 12, "a string goes in single quotes), found 'x'")]
    [InlineData("a containsany 1", 15, "expected (, found '1'")]
    [InlineData("a startswith 1", 14, "expected a 'string', found '1'")]
    [InlineData("a endswith null", 12, "expected a 'string', found 'null'")]
    [InlineData("a like 'x'", 3, "startswith, endswith or containstext, found 'like'")]
    [InlineData("a = instant", 12, "expected a time such as '2024-05-01T12:00:00Z', found the end")]
    [InlineData("a = instant 5", 13, "expected a time such as '2024-05-01T12:00:00Z', found '5'")]
    [InlineData("a = instant '2024-02-30'", 13, "found '2024-02-30'")]
    [InlineData("a = instant '2024-05-01T12:00:00'", 13, "found '2024-05-01T12:00:00'")]
    [InlineData("a = [1", 7, "expected , or ], found the end")]
    [InlineData("a = [1,]", 8, "expected a value")]
    [InlineData("a = [[1]]", 6, "found '['")]
    [InlineData("a = [1, 2.0]", 5, "elements of one kind, found Int and Float")]
    [InlineData("a = 1]", 6, "found ']'")]
    [InlineData("a not in (1)", 3, "expected =, !=, <, <=, >, >=, in, contains, containsany, startswith, endswith or containstext, found 'not'")]
    [InlineData("null = 1", 1, "double quotes), found 'null'")]
    [InlineData("and = 1", 5, "expected (, found '='")]
    [InlineData("'a' = 1", 1, "expected a field name, not or (, found the string 'a'")]
    [InlineData("a = 'x", 5, "expected a closing ' for the string that begins here, found the end")]
    [InlineData("a = 'x''", 5, "expected a closing '")]
    [InlineData("\"a = 1", 1, "expected a closing \" for the field name")]
    [InlineData("a = 9223372036854775808", 5, "expected an integer from -9223372036854775808 to 9223372036854775807, found '9223372036854775808'")]
    [InlineData("a = 1e999", 5, "too large")]
    [InlineData("a = 1.2.3", 5, "expected a number such as 1, -2.5 or 1e10, found '1.2.3'")]
    [InlineData("a = 1x", 5, "found '1x'")]
    [InlineData("a = -", 5, "found '-'")]
    [InlineData("a = 1.", 5, "found '1.'")]
    [InlineData("a = \u0661", 5, "found '\u0661'")]
    [InlineData("a = .5", 5, "found '.'")]
    [InlineData("a = '\U0001F600' x", 9, "found 'x'")]
    [InlineData("\U0001F600 = 1", 1, "found '\U0001F600'")]
    [InlineData("a = #", 5, "found '#'")]
    public void Errors_point_at_the_column_and_say_what_was_expected_and_found(string text, int column, string part)
    {
        var error = Assert.Throws<FlatIndexException>(() => FilterText.Parse(text));
        Assert.Equal(FlatErrorKind.InvalidFilter, error.Kind);
        Assert.StartsWith($"invalid filter: column {column}: expected ", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused_with_a_message_that_is_valid_itself()
    {
        // Not theory data: test names must be valid text.
        Assert.Contains("column 5: expected valid Unicode", Refusal("a = 'x\uD800'"), StringComparison.Ordinal);
        Assert.Contains("\\uDC00", Refusal("\uDC00"), StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_depth_fails_cleanly()
    {
        foreach (string opening in new[] { "(", "not ", "and(", "or (", "not(" })
            Assert.Contains("levels of not and parentheses", Refusal(string.Concat(Enumerable.Repeat(opening, 100_000))), StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_128_is_read_and_129_is_not()
    {
        Assert.Equal("Eq[1:a Int 1]", Shape(new string('(', 128) + "a=1" + new string(')', 128)));
        Assert.Contains("column 129: expected at most 128", Refusal(new string('(', 129) + "a=1" + new string(')', 129)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_row_is_one_node_and_takes_no_depth()
    {
        var filter = Assert.IsType<OrFilter>(FilterText.Parse(string.Join(" or ", Enumerable.Repeat("a = 1", 10_000))));
        Assert.Equal(10_000, filter.Filters.Count);
    }

    [Theory]
    [InlineData("kind = 'method' and namespace in ('System.IO', 'System.Text')")]
    [InlineData("a = 1 and (b = 2 or not (c = 3 and d = 4))")]
    [InlineData("and() or or(and()) or \"Not\" != 'it''s' or \"a b\" in ()")]
    [InlineData("tags contains 'x' or tags containsany (1, null) or title startswith 'The' or title endswith '''' or title containstext 'exact'")]
    [InlineData("at >= instant '2024-05-01T14:00:00.5+02:00' and at < instant '2024-05-02T00:00:00Z' and list = [1, null] and list != []")]
    [InlineData("a = 1.0 or a = -0.0 or a = 1E+21 or a = nan or a = -infinity or a = null")]
    public void Formatting_is_what_people_would_write(string text) => Assert.Equal(text, FilterText.Format(FilterText.Parse(text)));

    [Fact]
    public void What_is_formatted_is_read_back() =>
        Generators.FilterOver(Generators.Text).Sample(filter => Shape(FilterText.Format(filter)) == FilterShape.Of(filter), iter: 3_000);

    [Fact]
    public void Every_float_is_read_back_to_the_bit() => Gen.Long.Select(BitConverter.Int64BitsToDouble).Where(d => !double.IsNaN(d)).Sample(value =>
        Shape(FilterText.Format(Filter.Eq("f", value))) == FilterShape.Of(Filter.Eq("f", value)));

    [Fact]
    public void A_filter_at_the_depth_cap_is_read_back_whatever_it_nests()
    {
        foreach (var wrap in new Func<Filter, Filter>[]
            { Filter.Not, f => Filter.And(f), f => Filter.Or(f, f), f => Filter.Not(Filter.And(f, Filter.Or())) })
        {
            var filter = Filter.And();
            for (var next = wrap(filter); Record.Exception(() => FilterLimits.Check(next)) is null; next = wrap(filter))
                filter = next;
            Assert.Equal(FilterShape.Of(filter), Shape(FilterText.Format(filter)));
        }
    }

    [Fact]
    public void Every_golden_filter_within_the_caps_is_read_back()
    {
        foreach (var golden in GoldenFile.Cases.Concat(GoldenFile.ValuesAndLeaves).Where(c => c.Filter is not null && c.Expect.Error?.Kind != FlatErrorKind.InvalidFilter))
        {
            if (Record.Exception(() => FilterLimits.Check(golden.Filter)) is null)
                Assert.Equal(FilterShape.Of(golden.Filter), Shape(FilterText.Format(golden.Filter!)));
        }
    }

    [Fact]
    public void A_filter_past_the_caps_is_not_formatted()
    {
        var filter = Filter.And();
        for (int i = 0; i < 100_000; i++)
            filter = Filter.And(filter, filter);
        Assert.Equal(FlatErrorKind.InvalidFilter, Assert.Throws<FlatIndexException>(() => FilterText.Format(filter)).Kind);
    }

    [Fact]
    public void Random_text_is_read_or_refused_with_a_column()
    {
        string[] pieces = ["a", "b", "=", "!=", "<=", "(", ")", ",", "and", "or", "not", "in", "1", "-2.5", "'x'", "\"f\"", "null", "'", "\"", "!", "[", "]", "contains", "containsany", "startswith", "instant", "'2024-05-01'", " ", "\uD800", "e", "."];
        Generators.Among(pieces).Array[0, 12].Select(p => string.Join(' ', p)).Sample(text =>
        {
            try
            {
                FilterText.Format(FilterText.Parse(text));
                return true;
            }
            catch (FlatIndexException error)
            {
                return error.Kind == FlatErrorKind.InvalidFilter && error.Message.StartsWith("invalid filter: column ", StringComparison.Ordinal);
            }
        }, iter: 20_000);
    }

    private static string Shape(string text) => FilterShape.Of(FilterText.Parse(text));

    private static string Refusal(string text) => Assert.Throws<FlatIndexException>(() => FilterText.Parse(text)).Message;
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Linq.Expressions;
using IqdbFlat.Engine;
using IqdbFlat.VectorData.Filters;
using IqdbFlat.VectorData.Model;

namespace IqdbFlat.VectorData.Tests.Filters;

public sealed class FilterTranslatorTests
{
    private static readonly RecordModel Model = RecordModel.Of<int, FilterRecord>(definition: null, generator: null);

    private readonly int _field = 5;

    private static string Text(Expression<Func<FilterRecord, bool>> filter) => FilterText.Format(FilterTranslator.Translate(Model, filter)!);

    [Fact]
    public void A_comparison_is_a_leaf_and_null_is_a_field_that_is_not_there()
    {
        Assert.Equal("number = 5", Text(record => record.Number == 5));
        Assert.Equal("not number = 5", Text(record => record.Number != 5));
        Assert.Equal("number > 5", Text(record => 5 < record.Number));
        Assert.Equal("Text != null", Text(record => record.Text != null));
        Assert.Equal("not Text != null", Text(record => record.Text == null));
        Assert.Equal("Maybe != null", Text(record => record.Maybe.HasValue));
        Assert.Equal("Maybe >= 2", Text(record => record.Maybe!.Value >= 2));
        Assert.Equal("Flag = true", Text(record => record.Flag));
        Assert.Equal("not Flag = true", Text(record => !record.Flag));
    }

    [Fact]
    public void A_comparison_that_throws_on_null_is_false_there()
    {
        var model = RecordModel.OfDynamic(new() { Properties = [new Microsoft.Extensions.VectorData.VectorStoreKeyProperty("Id", typeof(int)), new Microsoft.Extensions.VectorData.VectorStoreDataProperty("Number", typeof(int))] }, null);
        int?[] values = [2, null];

        Assert.Equal("Maybe != null and not Maybe = 2", Text(record => record.Maybe!.Value != 2));
        Assert.Equal("Maybe != null and not Maybe = 2", Text(record => (int)record.Maybe! != 2));
        Assert.Equal("Maybe != null and and()", Text(record => record.Maybe!.Value != 2.5));
        Assert.Equal("not Maybe = 2", Text(record => record.Maybe != 2));
        Assert.Equal("or()", Text(record => record.Text!.Equals(null)));
        Assert.Equal("not Text != null", Text(record => Equals(record.Text, null)));
        Assert.Equal("not Maybe != null", Text(record => record.Maybe.Equals(null)));
        Assert.Equal("Maybe in (2)", Text(record => values.Contains(record.Maybe!.Value)));
        Assert.Equal("Number != null and not Number = 2", Dynamic(record => (int)record["Number"]! != 2));
        Assert.Equal("not Number = 2", Dynamic(record => (int?)record["Number"] != 2));

        string Dynamic(Expression<Func<Dictionary<string, object?>, bool>> filter) => FilterText.Format(FilterTranslator.Translate(model, filter)!);
    }

    [Fact]
    public void What_does_not_depend_on_the_record_is_evaluated_first()
    {
        int local = 3;
        int? none = null;
        var holder = new { Inner = new[] { 1, 2 } };

        Assert.Equal("number = 3", Text(record => record.Number == local));
        Assert.Equal("number = 5", Text(record => record.Number == _field));
        Assert.Equal("number = 7", Text(record => record.Number == local * 2 + Math.Max(1, 0)));
        Assert.Equal("number = 2", Text(record => record.Number == holder.Inner[1]));
        Assert.Equal("not number != null", Text(record => record.Number == none));
        Assert.Equal("and()", Text(record => true));
        Assert.Equal("or()", Text(record => local > 9));
        Assert.Throws<InvalidOperationException>(() => Text(record => record.Number == none!.Value));
    }

    [Fact]
    public void A_long_chain_is_one_node()
    {
        var record = Expression.Parameter(typeof(FilterRecord), "record");
        Expression body = Expression.Constant(false);
        for (int i = 0; i < 500; i++)
            body = Expression.OrElse(body, Expression.Equal(Expression.Property(record, "Number"), Expression.Constant(i)));

        var filter = FilterTranslator.Translate(Model, Expression.Lambda<Func<FilterRecord, bool>>(body, record))!;

        FilterLimits.Check(filter);
        Assert.Equal([true, false], new[] { 499L, 500 }.Select(number => FilterEvaluator.Matches(filter, Metadata.From(("number", number)))));
    }

    [Fact]
    public void A_property_is_one_of_a_collections_values()
    {
        int[] array = [1, 2];
        List<int> list = [1, 2];
        HashSet<int> set = [1, 2];
        IReadOnlyList<int> readOnly = list;
        var immutable = ImmutableArray.Create(1, 2);
        var frozen = set.ToFrozenSet();
        string?[] texts = ["a", null];

        Assert.Equal("number in (1, 2)", Text(record => array.Contains(record.Number)));
        Assert.Equal("number in (1, 2)", Text(record => new[] { 1, 2 }.Contains(record.Number)));
        Assert.Equal("number in (1, 2)", Text(record => list.Contains(record.Number)));
        Assert.Equal("number in (1, 2)", Text(record => set.Contains(record.Number)));
        Assert.Equal("number in (1, 2)", Text(record => readOnly.Contains(record.Number)));
        Assert.Equal("number in (1, 2)", Text(record => immutable.Contains(record.Number)));
        Assert.Equal("number in (1, 2)", Text(record => frozen.Contains(record.Number)));
        Assert.Equal("number = 1 or number = 2", Text(record => array.Any(value => value == record.Number)));
        Assert.Equal("not Text != null or Text in ('a')", Text(record => texts.Contains(record.Text)));
        Assert.Equal("or()", Text(record => Array.Empty<int>().Contains(record.Number)));
    }

    [Fact]
    public void More_values_than_one_leaf_takes_are_several_leaves()
    {
        int[] many = [.. Enumerable.Range(0, 3_000)];
        var filter = FilterTranslator.Translate<FilterRecord>(Model, record => many.Contains(record.Number))!;

        FilterLimits.Check(filter);
        Assert.Equal([true, true, false], new[] { 0L, 2_999, 3_000 }.Select(number => FilterEvaluator.Matches(filter, Metadata.From(("number", number)))));
    }

    public static TheoryData<string, Expression<Func<FilterRecord, bool>>> Unsupported => new()
    {
        { "record.Number + 1", record => record.Number + 1 == 2 },
        { "record.Number == record.Other", record => record.Number == record.Other },
        { "record.Text.Length", record => record.Text!.Length == 2 },
        { "record.Text.StartsWith(\"a\", OrdinalIgnoreCase)", record => record.Text!.StartsWith("a", StringComparison.OrdinalIgnoreCase) },
        { "record.Text.Trim()", record => record.Text!.Trim() == "A" },
        { "ArrayLength(record.Tags)", record => record.Tags!.Length == 2 },
        { "ArrayLength(record.Tags)", record => record.Tags!.Length == 5 },
        { "record.Numbers.Count", record => record.Numbers!.Count != 3 },
        { "record.Tags.All", record => record.Tags!.All(tag => tag == "a") },
        { "tag != \"a\"", record => record.Tags!.Any(tag => tag != "a") },
        { "record.When.Year", record => record.When.Year == 2024 },
        { "Convert(record.Long, Double)", record => record.Long > 0.5 },
        { "record.Text.CompareTo", record => record.Text!.CompareTo("a") > 0 },
        { "record.Number.ToString()", record => record.Number.ToString() == "1" },
    };

    [Theory]
    [MemberData(nameof(Unsupported))]
    public void What_an_index_cannot_ask_is_an_error_that_names_the_node(string node, Expression<Func<FilterRecord, bool>> filter) =>
        Assert.Contains(node, Assert.Throws<NotSupportedException>(() => Text(filter)).Message, StringComparison.Ordinal);

    [Fact]
    public void Arrays_are_compared_by_a_form_that_equal_ones_have_alike()
    {
        Assert.Equal("Tags = ['a']", Text(record => record.Tags == new[] { "a" }));
        Assert.Equal("Tags = ['a'] or Tags = []", Text(record => new[] { new[] { "a" }, Array.Empty<string>() }.Contains(record.Tags)));
        Assert.Equal("\"Prices\u0001equal\" = ['p291 ', 'p2915 ']", Text(record => record.Prices == new[] { 1.00m, 1.5m }));
        Assert.Equal("not Prices != null", Text(record => record.Prices == null));
        Assert.Equal("Prices = []", Text(record => record.Prices!.Length == 0));
        Assert.StartsWith("Prices containsAny ('p291 00', 'p291 01',", Text(record => record.Prices!.Contains(1.0m)), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_set_that_compares_in_its_own_way_is_not_taken_for_one_that_does_not()
    {
        var set = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "a" };

        Assert.Throws<NotSupportedException>(() => Text(record => set.Contains(record.Text!)));
    }

    [Fact]
    public void A_tree_too_deep_for_the_stack_is_an_exception()
    {
        var record = Expression.Parameter(typeof(FilterRecord), "record");
        Expression body = Expression.Property(record, "Flag");
        for (int i = 0; i < 1_000_000; i++)
            body = Expression.Not(body);

        Assert.Throws<InsufficientExecutionStackException>(() => FilterTranslator.Translate(Model, Expression.Lambda<Func<FilterRecord, bool>>(body, record)));
    }

    [Fact]
    public void A_name_that_the_model_does_not_have_is_an_error()
    {
        var model = RecordModel.OfDynamic(new() { Properties = [new Microsoft.Extensions.VectorData.VectorStoreKeyProperty("Id", typeof(int)), new Microsoft.Extensions.VectorData.VectorStoreDataProperty("Number", typeof(int))] }, null);

        Assert.Throws<InvalidOperationException>(() => FilterTranslator.Translate<Dictionary<string, object?>>(model, record => (string)record["Other"]! == ""));
        Assert.Throws<InvalidCastException>(() => FilterTranslator.Translate<Dictionary<string, object?>>(model, record => (long)record["Number"]! == 1));
    }
}

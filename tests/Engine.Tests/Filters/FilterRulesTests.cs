using CsCheck;

namespace IqdbFlat.Engine.Tests.Filters;

/// <summary>The evaluator against a second spelling of the contract that shares no code with it: sentence by sentence, three-valued, over UTF-8.</summary>
public class FilterRulesTests
{
    private static readonly Gen<string> Field = Generators.Among(["", "a", "b", "\U0001F600"]);

    // Few values, so that equal ones meet.
    private static readonly Gen<MetadataValue> Value = Gen.OneOf(
        Generators.Among<MetadataValue>([MetadataValue.Null, true, false, 0L, 1L, -1L, 0.0, -0.0, 1.0, double.NaN, double.PositiveInfinity]),
        Generators.Among<MetadataValue>(["", "a", "ab", "b", "\uE000", "\uFFFF", "\U0001F600", "null", "1"]),
        Generators.Among<MetadataValue>(
        [
            new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero), new DateTimeOffset(2024, 5, 1, 14, 0, 0, TimeSpan.FromHours(2)),
            new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.FromHours(2)), DateTimeOffset.MinValue,
        ]),
        Generators.Among(
        [
            MetadataValue.FromArray(), MetadataValue.FromArray("a"), MetadataValue.FromArray("a", "b"), MetadataValue.FromArray("b", "a"),
            MetadataValue.FromArray(MetadataValue.Null), MetadataValue.FromArray(0.0), MetadataValue.FromArray(-0.0, MetadataValue.Null),
            MetadataValue.FromArray(double.NaN, 1.0), MetadataValue.FromArray(0L, 1L), MetadataValue.FromArray(true),
            MetadataValue.FromArray(new DateTimeOffset(2024, 5, 1, 14, 0, 0, TimeSpan.FromHours(2))),
        ]));

    private static readonly Gen<string> Part = Generators.Among(["", "a", "b", "ab", "\uE000", "\U0001F600", "ul"]);

    private static readonly Gen<Metadata> Row = Gen.Select(Field, Value).Array[0, 3].Select(fields =>
        Metadata.From(fields.DistinctBy(f => f.Item1).Select(f => KeyValuePair.Create(f.Item1, f.Item2))));

    private enum Order
    {
        None,
        Below,
        Equal,
        Above,
    }

    [Fact]
    public void Every_leaf_follows_the_rules() =>
        Gen.Select(Gen.Int[0, 5], Value, Value).Sample((op, present, value) =>
        {
            Filter leaf = new CompareFilter((CompareOperator)op, "f", value);
            var row = Metadata.From(("f", present));
            return FilterEvaluator.Matches(leaf, row) == Holds(leaf, row);
        }, iter: 20_000);

    [Fact]
    public void Every_tree_follows_the_rules() =>
        Gen.Select(Trees(3), Row).Sample((filter, row) => FilterEvaluator.Matches(filter, row) == Holds(filter, row), iter: 20_000);

    private static Gen<Filter> Trees(int depth)
    {
        var leaf = Gen.OneOf(
            Gen.Select(Gen.Int[0, 5], Field, Value).Select((op, name, value) => (Filter)new CompareFilter((CompareOperator)op, name, value)),
            Gen.Select(Field, Value.Array[0, 4]).Select((name, values) => Filter.In(name, values)),
            Gen.Select(Field, Value).Select(Filter.Contains),
            Gen.Select(Field, Value.Array[0, 4]).Select((name, values) => Filter.ContainsAny(name, values)),
            Gen.Select(Gen.Int[0, 2], Field, Part).Select((op, name, text) => (Filter)new TextFilter((TextOperator)op, name, text)));
        if (depth == 0)
            return leaf;
        var inner = Trees(depth - 1);
        return Gen.OneOf(
            leaf,
            inner.Array[0, 3].Select(filters => Filter.And(filters)),
            inner.Array[0, 3].Select(filters => Filter.Or(filters)),
            inner.Select(Filter.Not));
    }

    private static bool Holds(Filter filter, Metadata row)
    {
        switch (filter)
        {
            case NotFilter not:
                return Holds(not.Inner, row) == false;
            case AndFilter and:
                return and.Filters.Count(f => Holds(f, row)) == and.Filters.Count;
            case OrFilter or:
                return or.Filters.Any(f => Holds(f, row));
            case InFilter leaf:
                return row.Any(f => f.Key == leaf.Field && leaf.Values.Any(v => Compare(f.Value, v) == Order.Equal));
            case ContainsFilter leaf:
                return row.Any(f => f.Key == leaf.Field && ElementsOf(f.Value).Any(e => Compare(e, leaf.Value) == Order.Equal));
            case ContainsAnyFilter leaf:
                return row.Any(f => f.Key == leaf.Field && ElementsOf(f.Value).Any(e => leaf.Values.Any(v => Compare(e, v) == Order.Equal)));
            case TextFilter leaf:
                return row.Any(f => f.Key == leaf.Field && f.Value.Kind == MetadataKind.String && HasText(leaf, Utf8(f.Value), Utf8(leaf.Text)));
        }

        var compare = (CompareFilter)filter;
        if (!row.Keys.Contains(compare.Field))
            return false;
        var order = Compare(row.Single(f => f.Key == compare.Field).Value, compare.Value);
        return compare.Operator switch
        {
            CompareOperator.Eq => order is Order.Equal,
            CompareOperator.Neq => order is Order.None or Order.Below or Order.Above,
            _ when compare.Value.Kind == MetadataKind.Array => false,
            CompareOperator.Lt => order is Order.Below,
            CompareOperator.Lte => order is Order.Below or Order.Equal,
            CompareOperator.Gt => order is Order.Above,
            CompareOperator.Gte => order is Order.Above or Order.Equal,
            _ => throw new InvalidOperationException(),
        };
    }

    /// <summary>None for values of different kinds and where a NaN takes part.</summary>
    private static Order Compare(MetadataValue left, MetadataValue right)
    {
        string kinds = $"{left.Kind} {right.Kind}";
        return kinds switch
        {
            "Null Null" => Order.Equal,
            "Bool Bool" => Sign(Convert.ToInt32(left.AsBool) - Convert.ToInt32(right.AsBool)),
            "Int Int" => Sign(left.AsInt < right.AsInt ? -1 : left.AsInt > right.AsInt ? 1 : 0),
            "Float Float" when double.IsNaN(left.AsFloat) || double.IsNaN(right.AsFloat) => Order.None,
            "Float Float" => Sign(left.AsFloat < right.AsFloat ? -1 : left.AsFloat > right.AsFloat ? 1 : 0),
            "Instant Instant" => Sign(left.AsInstant.UtcDateTime < right.AsInstant.UtcDateTime ? -1 : left.AsInstant.UtcDateTime > right.AsInstant.UtcDateTime ? 1 : 0),
            "Array Array" => left.AsArray.Length == right.AsArray.Length && left.AsArray.Zip(right.AsArray).All(pair => Compare(pair.First, pair.Second) == Order.Equal)
                ? Order.Equal
                : Order.None,
            "String String" => Sign(Utf8(left).AsSpan().SequenceCompareTo(Utf8(right))),
            _ => Order.None,
        };
    }

    private static System.Collections.Immutable.ImmutableArray<MetadataValue> ElementsOf(MetadataValue value) => value.Kind == MetadataKind.Array ? value.AsArray : [];

    private static bool HasText(TextFilter leaf, byte[] whole, byte[] part) => leaf.Operator switch
    {
        TextOperator.StartsWith => whole.Take(part.Length).SequenceEqual(part),
        TextOperator.EndsWith => whole.Length >= part.Length && whole.TakeLast(part.Length).SequenceEqual(part),
        TextOperator.Contains => Enumerable.Range(0, whole.Length + 1).Any(at => whole.Skip(at).Take(part.Length).SequenceEqual(part)),
        _ => throw new InvalidOperationException(),
    };

    private static byte[] Utf8(MetadataValue value) => System.Text.Encoding.UTF8.GetBytes(value.AsString);

    private static Order Sign(int sign) => sign < 0 ? Order.Below : sign > 0 ? Order.Above : Order.Equal;
}

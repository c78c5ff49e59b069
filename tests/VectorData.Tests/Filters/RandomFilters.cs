using System.Linq.Expressions;

namespace IqdbFlat.VectorData.Tests.Filters;

/// <summary>
/// Random filters over <see cref="FilterRecord"/>, each twice: as it is translated, and with a test for null before everything that throws on null, which is what LINQ to
/// Objects runs.
/// </summary>
internal sealed class RandomFilters(Random random)
{
    private static readonly string[] Texts = ["", "a", "ab", "b", "é", "\uE000", "\U0001F600", "aba"];
    private static readonly decimal[] Moneys = [-1.5m, 0m, 0.00m, 1m, 1.0m, 1.50m, 79228162514264337593543950335m];
    private static readonly float[] Singles = [float.NaN, float.NegativeInfinity, -0f, 0f, 0.1f, 1f, 2.5f, float.PositiveInfinity];
    private static readonly double[] Doubles = [double.NaN, double.NegativeInfinity, -0.0, 0.1, 0.1f, 1, 2.5, 1e300];
    private static readonly long[] Longs = [long.MinValue, -1, 0, 1, 255, 256, long.MaxValue];
    private static readonly int[] Ints = [int.MinValue, -1, 0, 1, 2, 255, 256, int.MaxValue];
    private static readonly DateTime[] Times = [DateTime.MinValue, new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc), new(2024, 1, 1), new(2024, 1, 2)];
    private static readonly DateTimeOffset[] Moments = [DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.ToOffset(TimeSpan.FromHours(3)), new(2024, 1, 1, 0, 0, 0, TimeSpan.FromHours(-1))];
    private static readonly Guid[] Guids = [Guid.Empty, new("00000001-0000-0000-0000-000000000000"), Guid.AllBitsSet];
    private static readonly ExpressionType[] Comparisons =
        [ExpressionType.Equal, ExpressionType.NotEqual, ExpressionType.LessThan, ExpressionType.LessThanOrEqual, ExpressionType.GreaterThan, ExpressionType.GreaterThanOrEqual];

    private readonly ParameterExpression _record = Expression.Parameter(typeof(FilterRecord), "record");

    public FilterRecord Record(int id) => new()
    {
        Id = id,
        Number = One(Ints),
        Other = One(Ints),
        Maybe = Maybe(Ints),
        Small = (byte)One(Ints),
        Long = One(Longs),
        Single = One(Singles),
        Double = Maybe(Doubles),
        Money = One(Moneys),
        Flag = random.Next(2) == 0,
        Doubt = random.Next(3) switch { 0 => null, 1 => true, _ => false },
        Text = random.Next(4) == 0 ? null : One(Texts),
        When = One(Times),
        Moment = Maybe(Moments),
        Guid = One(Guids),
        Tags = random.Next(4) == 0 ? null : [.. Enumerable.Range(0, random.Next(4)).Select(_ => One(Texts))],
        Numbers = random.Next(4) == 0 ? null : [.. Enumerable.Range(0, random.Next(4)).Select(_ => One(Ints))],
    };

    public (Expression<Func<FilterRecord, bool>> Translated, Func<FilterRecord, bool> Oracle) Next()
    {
        var (translated, oracle) = Condition(random.Next(1, 5));
        return (Expression.Lambda<Func<FilterRecord, bool>>(translated, _record), Expression.Lambda<Func<FilterRecord, bool>>(oracle, _record).Compile());
    }

    private (Expression, Expression) Condition(int depth)
    {
        if (depth == 0)
            return Leaf();
        var (left, leftOracle) = Condition(random.Next(depth));
        switch (random.Next(7))
        {
            case 0:
                return (Expression.Not(left), Expression.Not(leftOracle));
            case 1:
                var (test, testOracle) = Leaf();
                var (other, otherOracle) = Condition(random.Next(depth));
                return (Expression.Condition(test, left, other), Expression.Condition(testOracle, leftOracle, otherOracle));
            case 2:
                var (same, sameOracle) = Leaf();
                return (Expression.Equal(left, same), Expression.Equal(leftOracle, sameOracle));
            case 3:
                var (either, eitherOracle) = Leaf();
                return (Expression.ExclusiveOr(left, either), Expression.ExclusiveOr(leftOracle, eitherOracle));
            case 4 or 5:
                var (and, andOracle) = Condition(random.Next(depth));
                return (Expression.AndAlso(left, and), Expression.AndAlso(leftOracle, andOracle));
            default:
                var (or, orOracle) = Condition(random.Next(depth));
                return (Expression.OrElse(left, or), Expression.OrElse(leftOracle, orOracle));
        }
    }

    private (Expression, Expression) Leaf() => random.Next(24) switch
    {
        0 => Compare("Number", One(Ints)),
        1 => Compare("Maybe", random.Next(4) == 0 ? null : One(Ints)),
        2 => Widened("Small", Constant(One(Ints))),
        3 => Widened("Number", Constant(One(Longs))),
        4 => Widened("Number", Constant(One(Doubles))),
        5 => Widened("Small", Constant(One(Moneys))),
        6 => Compare("Long", One(Longs)),
        7 => Compare("Single", One(Singles)),
        8 => Widened("Single", Constant(One(Doubles))),
        9 => Compare("Double", random.Next(4) == 0 ? null : One(Doubles)),
        10 => Compare("Money", One(Moneys)),
        11 => Compare("When", One(Times)),
        12 => Compare("Moment", random.Next(4) == 0 ? null : One(Moments)),
        13 => Compare("Guid", One(Guids)),
        14 => Same(Expression.Equal(Property("Text"), Expression.Constant(random.Next(3) == 0 ? null : One(Texts), typeof(string)))),
        15 => Text(),
        16 => Same(Property("Flag")),
        17 => Doubt(),
        18 => OneOf(),
        19 => Elements(),
        20 => Coalesced(),
        21 => Unwrapped("Maybe", Ints),
        22 => Unwrapped("Double", Doubles),
        _ => Same(Expression.Property(Property("Maybe"), "HasValue")),
    };

    private (Expression, Expression) Compare(string name, object? value)
    {
        var property = Property(name);
        return Same(random.Next(5) == 0
            ? Expression.MakeBinary(One(Comparisons), Expression.Constant(value, property.Type), property)
            : Expression.MakeBinary(One(Comparisons), property, Expression.Constant(value, property.Type)));
    }

    private (Expression, Expression) Widened(string name, ConstantExpression value) =>
        Same(Expression.MakeBinary(One(Comparisons), Expression.Convert(Property(name), value.Type), value));

    /// <summary>What a nullable holds, by <c>Value</c> or by a cast, and perhaps widened.</summary>
    private (Expression, Expression) Unwrapped<T>(string name, T[] values)
        where T : struct
    {
        var property = Property(name);
        Expression held = random.Next(2) == 0 ? Expression.Property(property, "Value") : Expression.Convert(property, typeof(T));
        Expression value = Constant(One(values));
        switch (random.Next(4))
        {
            case 0:
                (held, value) = (Expression.Convert(held, typeof(double)), Constant(One(Doubles)));
                break;
            case 1:
                (held, value) = (Expression.Convert(held, typeof(T?)), Expression.Constant(random.Next(2) == 0 ? null : One(values), typeof(T?)));
                break;
            case 2:
                T?[] some = [One(values), null];
                return Guarded(name, Expression.Call(typeof(Enumerable), nameof(Enumerable.Contains), [typeof(T?)], Expression.Constant(Array.FindAll(some, one => one is not double.NaN)), Expression.Convert(held, typeof(T?))));
        }

        return Guarded(name, Expression.MakeBinary(One(Comparisons), held, value));
    }

    private (Expression, Expression) Text()
    {
        string method = One(["StartsWith", "EndsWith", "Contains", "Equals"]);
        var call = Expression.Call(Property("Text"), typeof(string).GetMethod(method, [typeof(string), typeof(StringComparison)])!, Expression.Constant(One(Texts)), Expression.Constant(StringComparison.Ordinal));
        return Guarded("Text", random.Next(5) == 0 ? Expression.Call(typeof(string), nameof(string.IsNullOrEmpty), [], Property("Text")) : call);
    }

    private (Expression, Expression) Doubt() => random.Next(3) switch
    {
        0 => Same(Expression.Coalesce(Property("Doubt"), Expression.Constant(random.Next(2) == 0))),
        1 => Same(Expression.Equal(Property("Doubt"), Expression.Constant(random.Next(3) switch { 0 => null, 1 => true, _ => (bool?)false }, typeof(bool?)))),
        _ => Guarded("Doubt", Expression.Property(Property("Doubt"), "Value")),
    };

    private (Expression, Expression) OneOf()
    {
        string?[] texts = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(4) == 0 ? null : One(Texts))];
        decimal[] moneys = [One(Moneys), One(Moneys)];
        Expression<Func<FilterRecord, bool>> filter = random.Next(2) == 0 ? record => Enumerable.Contains(texts, record.Text) : record => Enumerable.Contains(moneys, record.Money);
        return Same(new Rebinder(filter.Parameters[0], _record).Visit(filter.Body));
    }

    private (Expression, Expression) Elements()
    {
        string text = One(Texts);
        string[] texts = [One(Texts), One(Texts)];
        int number = One(Ints);
        var (name, filter) = random.Next(6) switch
        {
            0 => ("Tags", (Expression<Func<FilterRecord, bool>>)(record => Enumerable.Contains(record.Tags!, text))),
            1 => ("Tags", record => record.Tags!.Any(tag => Enumerable.Contains(texts, tag) || tag == text)),
            2 => ("Tags", record => record.Tags!.Length > 0),
            3 => ("Numbers", record => record.Numbers!.Contains(number)),
            4 => ("Numbers", record => record.Numbers!.Any()),
            _ => ("Numbers", record => record.Numbers!.Count == 0),
        };
        return Guarded(name, new Rebinder(filter.Parameters[0], _record).Visit(filter.Body));
    }

    private (Expression, Expression) Coalesced()
    {
        var value = random.Next(2) == 0
            ? (Expression)Expression.Coalesce(Property("Maybe"), Expression.Constant(One(Ints)))
            : Expression.Call(Property("Maybe"), "GetValueOrDefault", []);
        return Same(Expression.MakeBinary(One(Comparisons), value, Expression.Constant(One(Ints))));
    }

    /// <summary>What throws on null is false there.</summary>
    private (Expression, Expression) Guarded(string name, Expression body) =>
        (body, body is MethodCallExpression { Method.Name: nameof(string.IsNullOrEmpty) } ? body : Expression.AndAlso(Expression.NotEqual(Property(name), Expression.Constant(null)), body));

    private static (Expression, Expression) Same(Expression body) => (body, body);

    private static ConstantExpression Constant<T>(T value) => Expression.Constant(value, typeof(T));

    private MemberExpression Property(string name) => Expression.Property(_record, name);

    private T One<T>(T[] values) => values[random.Next(values.Length)];

    private T? Maybe<T>(T[] values)
        where T : struct => random.Next(4) == 0 ? null : One(values);

    private sealed class Rebinder(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}

using System.Linq.Expressions;
using IqdbFlat.VectorData.Tests.Modes;
using Microsoft.Extensions.VectorData;

namespace IqdbFlat.VectorData.Tests.Battery;

/// <summary>Data of every type comes back as it went in, is found by equality, and by order where the type has one.</summary>
public abstract class ValueTests(StoreMode mode)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public sealed class Box<T>
    {
        public int Id { get; set; }

        public T Value { get; set; } = default!;
    }

    [Fact]
    public Task Bools() => Check(false, true);

    [Fact]
    public async Task Integers()
    {
        await Check<sbyte>(sbyte.MinValue, -1, 0, sbyte.MaxValue);
        await Check<byte>(0, 1, byte.MaxValue);
        await Check<short>(short.MinValue, 0, short.MaxValue);
        await Check<ushort>(0, ushort.MaxValue);
        await Check(int.MinValue, 0, int.MaxValue);
        await Check(0U, 1U, uint.MaxValue);
        await Check(long.MinValue, -1, 0, long.MaxValue);
        await Check(0UL, 9UL, 10UL, long.MaxValue + 1UL, ulong.MaxValue);
    }

    [Fact]
    public async Task Floats()
    {
        await Check(float.NegativeInfinity, float.MinValue, -0.1f, 0, float.Epsilon, 0.1f, float.MaxValue, float.PositiveInfinity);
        await Check(double.NegativeInfinity, double.MinValue, -0.1, 0, double.Epsilon, 0.1, double.MaxValue, double.PositiveInfinity);
        await Check(Half.MinValue, (Half)0.1f, Half.MaxValue);
    }

    [Fact]
    public async Task Decimals()
    {
        await Check(decimal.MinValue, -85m, -8.5m, -8m, -0.0000000000000000000000000001m, 0m, 0.0000000000000000000000000001m, 0.5m, 8m, 8.5m, 85m, decimal.MaxValue);
        await CheckEqual(1.0m, 1.00m, 1m);
        await CheckEqual(0m, 0.00m, new decimal(0, 0, 0, isNegative: true, 5));
    }

    [Fact]
    public Task Strings() => CheckEqual<string>("", "a'b\"c\\d", "日本語", "\U0001F600");

    [Fact]
    public Task Guids() => Check(Guid.Empty, new Guid("00000001-0000-0000-0000-000000000000"), new Guid("7fffffff-0000-0000-0000-00000000ffff"), new Guid("80000000-0000-0000-0000-000000000000"), Guid.AllBitsSet);

    [Fact]
    public async Task Times()
    {
        await Check(DateTime.MinValue, new DateTime(2024, 2, 29, 23, 59, 59, DateTimeKind.Utc), new DateTime(2024, 3, 1, 0, 0, 0, DateTimeKind.Local).AddTicks(1), DateTime.MaxValue);
        await CheckEqual(new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Unspecified), new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Local));
        await Check(DateTimeOffset.MinValue, new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.FromHours(14)), new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.FromMinutes(-90)), DateTimeOffset.MaxValue);
        await CheckEqual(new DateTimeOffset(2024, 1, 1, 12, 0, 0, TimeSpan.Zero), new DateTimeOffset(2024, 1, 1, 14, 0, 0, TimeSpan.FromHours(2)));
        await Check(DateOnly.MinValue, new DateOnly(2024, 2, 29), DateOnly.MaxValue);
        await Check(TimeOnly.MinValue, new TimeOnly(12, 30, 45, 1, 1), TimeOnly.MaxValue);
        await Check(TimeSpan.MinValue, TimeSpan.FromTicks(-1), TimeSpan.Zero, TimeSpan.MaxValue);
    }

    [Fact]
    public async Task Nulls()
    {
        await CheckEqual<int?>(null, 0, 5);
        await CheckEqual<string?>(null, "", "null");
        await CheckEqual<DateTimeOffset?>(null, DateTimeOffset.UnixEpoch);
        await CheckEqual<bool?>(null, false, true);
    }

    [Fact]
    public async Task Arrays_and_lists()
    {
        await CheckArray<string[]>([], ["a"], ["a", "b"], ["b", "a"]);
        await CheckArray<List<int>>([], [1], [1, 1]);
        await CheckArray<decimal[]>([1.0m, 2m], [3.50m]);
        await CheckArray<DateOnly[]>([new(2024, 1, 1)], []);
        await CheckArray<List<string?>>([null], ["a", null]);
        await CheckArray<int?[]>([null, 1], [2]);
        await CheckArray<byte[]>([], [0, 255], [1]);
    }

    [Fact]
    public async Task Elements_are_found_that_dotnet_calls_equal()
    {
        var boxes = await MakeAsync<decimal[]>([1.0m, 2m], [3.50m], []);

        Assert.Equal([1], await Ids(boxes, box => box.Value.Contains(3.5m)));
        Assert.Equal([0], await Ids(boxes, box => box.Value.Any(value => value == 1 || value == 9)));
        Assert.Equal([2], await Ids(boxes, box => box.Value.Length == 0));
        Assert.Equal([0], await Ids(boxes, box => box.Value == new[] { 1m, 2.00m }));
        Assert.Equal([1, 2], await Ids(boxes, box => box.Value != new[] { 1.00m, 2m }));
        Assert.Equal([1, 2], await Ids(boxes, box => new[] { new[] { 3.5m }, Array.Empty<decimal>(), new[] { 2m, 1m } }.Contains(box.Value)));
        Assert.Equal([0, 1], await Ids(boxes, box => box.Value.Any()));
    }

    [Fact]
    public async Task Text_that_is_no_unicode_is_an_error_and_nothing_is_written()
    {
        var boxes = await MakeAsync<string>();

        await Assert.ThrowsAsync<VectorStoreException>(() => boxes.UpsertAsync(new Box<string> { Value = "\uDC00" }, Cancel));
        Assert.Empty(await Ids(boxes, box => true));
    }

    /// <summary>Values in their order, each of them another.</summary>
    private async Task Check<T>(params T[] values)
        where T : IComparable<T>
    {
        var boxes = await MakeAsync(values);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.Equal([i], await Ids(boxes, Compare<T>(ExpressionType.Equal, values[i])));
            if (typeof(T) == typeof(bool))
                continue;
            Assert.Equal(Enumerable.Range(0, i), await Ids(boxes, Compare<T>(ExpressionType.LessThan, values[i])));
            Assert.Equal(Enumerable.Range(0, i + 1), await Ids(boxes, Compare<T>(ExpressionType.LessThanOrEqual, values[i])));
            Assert.Equal(Enumerable.Range(i + 1, values.Length - i - 1), await Ids(boxes, Compare<T>(ExpressionType.GreaterThan, values[i])));
            Assert.Equal(Enumerable.Range(i, values.Length - i), await Ids(boxes, Compare<T>(ExpressionType.GreaterThanOrEqual, values[i])));
        }

        var order = boxes.GetAsync(box => true, 99, new() { OrderBy = by => by.Descending(box => box.Value) }, Cancel).Select(box => box.Id);
        Assert.Equal(Enumerable.Range(0, values.Length).Reverse(), await order.ToListAsync(Cancel));
    }

    private async Task CheckEqual<T>(params T[] values)
    {
        var boxes = await MakeAsync(values);
        foreach (var value in values)
        {
            int[] equal = [.. Enumerable.Range(0, values.Length).Where(i => EqualityComparer<T>.Default.Equals(values[i], value))];
            Assert.Equal(equal, await Ids(boxes, Compare<T>(ExpressionType.Equal, value)));
            Assert.Equal(Enumerable.Range(0, values.Length).Except(equal), await Ids(boxes, Compare<T>(ExpressionType.NotEqual, value)));
            T[] one = [value];
            Assert.Equal(equal, await Ids(boxes, box => one.Contains(box.Value)));
        }
    }

    private async Task CheckArray<T>(params T[] values)
        where T : class, System.Collections.IEnumerable
    {
        var boxes = await MakeAsync(values);
        for (int i = 0; i < values.Length; i++)
            Assert.Equal([i], await Ids(boxes, Compare<T>(ExpressionType.Equal, values[i])));
    }

    private async Task<VectorStoreCollection<int, Box<T>>> MakeAsync<T>(params T[] values)
    {
        var boxes = await mode.MakeAsync<int, Box<T>>(new()
        {
            Properties = [new VectorStoreKeyProperty("Id", typeof(int)) { IsAutoGenerated = false }, new VectorStoreDataProperty("Value", typeof(T))],
        });
        await boxes.UpsertAsync([.. values.Select((value, i) => new Box<T> { Id = i, Value = value })], Cancel);
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(Print(values[i]), Print((await boxes.GetAsync(i, cancellationToken: Cancel))!.Value));
        return boxes;
    }

    /// <summary>A value with what equality does not see: scale, kind, offset, the sign of a zero.</summary>
    private static string Print(object? value) => value switch
    {
        null => "null",
        string text => text,
        decimal number => string.Join(' ', decimal.GetBits(number)),
        DateTime time => $"{time.Ticks} {time.Kind}",
        DateTimeOffset time => $"{time.Ticks} {time.Offset}",
        double number => $"{BitConverter.DoubleToInt64Bits(number)}",
        System.Collections.IEnumerable items => $"{value.GetType()}: {string.Join(", ", items.Cast<object?>().Select(Print))}",
        _ => $"{value.GetType()} {value}",
    };

    private static Expression<Func<Box<T>, bool>> Compare<T>(ExpressionType comparison, T value)
    {
        var box = Expression.Parameter(typeof(Box<T>), "box");
        return Expression.Lambda<Func<Box<T>, bool>>(Comparison(comparison, Expression.Property(box, "Value"), Expression.Constant(value, typeof(T))), box);
    }

    /// <summary>An operator where the type has one, <c>CompareTo</c> where it does not.</summary>
    private static BinaryExpression Comparison(ExpressionType comparison, Expression left, Expression right)
    {
        try
        {
            return Expression.MakeBinary(comparison, left, right);
        }
        catch (InvalidOperationException)
        {
            return Expression.MakeBinary(comparison, Expression.Call(left, left.Type.GetMethod("CompareTo", [left.Type])!, right), Expression.Constant(0));
        }
    }

    private static Task<List<int>> Ids<T>(VectorStoreCollection<int, Box<T>> boxes, Expression<Func<Box<T>, bool>> filter) =>
        boxes.GetAsync(filter, 99, cancellationToken: Cancel).Select(box => box.Id).ToListAsync(Cancel).AsTask();
}

public sealed class EmbeddedValueTests(EmbeddedMode mode) : ValueTests(mode);

public sealed class ClusterValueTests(ClusterMode mode) : ValueTests(mode);

public sealed class StoredValueTests(StoredMode mode) : ValueTests(mode);

using CsCheck;

namespace IqdbFlat.Engine.Tests;

/// <summary>Random values of the contract, with the awkward ones frequent.</summary>
internal static class Generators
{
    private static readonly string[] Pieces =
    [
        "", "a", "b", "Z", "0", " ", "'", "\"", "\\", "\n", "and", "null", "1", "-", ".", ":", "_", "\0", "\u007F", "\u0080", "\u00E9", "\u07FF", "\u0800", "\uD7FF",
        "\uE000", "\uFEFF", "\uFFFD", "\uFFFF", "\U00010000", "\U0001F600", "\U0010FFFF",
    ];

    private static readonly double[] Doubles =
    [
        0.0, -0.0, 1.0, -1.0, 0.1, 1e21, 1e-7, -1e300, double.Epsilon, double.MaxValue, double.MinValue, double.NaN, double.PositiveInfinity,
        double.NegativeInfinity, 1e15, 1e16, 9007199254740993.0,
    ];

    private static readonly long[] Longs = [0, 1, -1, 63, 64, -64, -65, 127, 128, long.MaxValue, long.MinValue, 1L << 53];

    private static readonly Func<string, MetadataValue, Filter>[] Comparisons = [Filter.Eq, Filter.Neq, Filter.Lt, Filter.Lte, Filter.Gt, Filter.Gte];

    private static readonly Func<string, string, Filter>[] TextLeaves = [Filter.StartsWith, Filter.EndsWith, Filter.ContainsText];

    /// <summary>Valid Unicode, short, full of borders.</summary>
    public static Gen<string> Text { get; } = Among(Pieces).Array[0, 4].Select(string.Concat);

    /// <summary>One of the constants.</summary>
    public static Gen<T> Among<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>Instants at the ends of their range and between, in any offset that they can have.</summary>
    public static Gen<DateTimeOffset> Instant { get; } = Gen.Select(
        Gen.OneOf(Among([0L, 1L, DateTime.MaxValue.Ticks, DateTime.UnixEpoch.Ticks]), Gen.Long[0, DateTime.MaxValue.Ticks]),
        Gen.OneOf(Gen.Const(0), Gen.Int[-840, 840])).Select((ticks, minutes) =>
        {
            long local = ticks + (minutes * TimeSpan.TicksPerMinute);
            return local >= 0 && local <= DateTime.MaxValue.Ticks
                ? new DateTimeOffset(local, TimeSpan.FromMinutes(minutes))
                : new DateTimeOffset(ticks, TimeSpan.Zero);
        });

    /// <summary>Values of every kind. NaN is .NET's own: other NaN bits have tests of their own.</summary>
    public static Gen<MetadataValue> Value { get; } = Gen.Frequency((5, Scalar()), (1, Arrays()));

    private static Gen<MetadataValue> Scalar() => Gen.OneOf(
        Gen.Const(MetadataValue.Null),
        Instant.Select(MetadataValue.FromInstant),
        Gen.Bool.Select(MetadataValue.FromBool),
        Gen.OneOf(Among(Longs), Gen.Long).Select(MetadataValue.FromInt),
        Gen.OneOf(Among(Doubles), Gen.Double).Select(MetadataValue.FromFloat),
        Text.Select(MetadataValue.FromString));

    private static Gen<MetadataValue> Arrays() => Scalar().Array[0, 6].Select(values =>
    {
        var kind = values.Select(v => v.Kind).FirstOrDefault(k => k != MetadataKind.Null);
        return MetadataValue.FromArray([.. values.Where(v => v.Kind == kind || v.Kind == MetadataKind.Null)]);
    });

    public static Gen<Metadata> Metadata { get; } = Gen.Select(Text, Value).Array[0, 6].Select(fields =>
        Engine.Metadata.From(fields.DistinctBy(f => f.Item1).Select(f => KeyValuePair.Create(f.Item1, f.Item2))));

    public static Gen<RowId> Id { get; } = Gen.OneOf(
        Gen.ULong.Select(RowId.FromUInt64),
        Gen.Byte.Array[0, 40].Select(bytes => RowId.FromBytes(bytes)));

    /// <summary>Filters up to a depth, over few field names, so that they meet the metadata.</summary>
    public static Gen<Filter> FilterOver(Gen<string> field, int depth = 4)
    {
        var leaf = Gen.OneOf(
            Gen.Select(Among(Comparisons), field, Value).Select((compare, name, value) => compare(name, value)),
            Gen.Select(field, Value).Select(Filter.Contains),
            Gen.Select(Among(TextLeaves), field, Text).Select((find, name, text) => find(name, text)),
            Gen.Select(Gen.Bool, field, Value.Array[0, 4]).Select((any, name, values) => any ? Filter.ContainsAny(name, values) : Filter.In(name, values)));
        var filter = leaf;
        for (int i = 0; i < depth; i++)
        {
            var inner = filter;
            filter = Gen.Frequency(
                (4, leaf),
                (2, inner.Array[0, 4].Select(filters => Filter.And(filters))),
                (2, inner.Array[0, 4].Select(filters => Filter.Or(filters))),
                (2, inner.Select(Filter.Not)));
        }

        return filter;
    }
}

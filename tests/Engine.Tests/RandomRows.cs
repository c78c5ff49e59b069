namespace IqdbFlat.Engine.Tests;

/// <summary>Rows, ids and metadata from a seed, with what breaks indexes in it: ties, zeros of both signs, both kinds of id, absent fields.</summary>
internal sealed class RandomRows(int seed)
{
    private static readonly string[] Fields = ["", "a", "b", "kind", "größe", "x1", "x2"];
    private static readonly MetadataValue[] Values =
    [
        MetadataValue.Null, true, false, 0L, 1L, -1L, long.MaxValue, long.MinValue,
        0.0, -0.0, 1.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon,
        "", "a", "b", "A", "\uE000", "\U0001F600", "aa", "ab", "\U0001F600a", "a\U0001F600",
        At("2024-05-01T12:00:00Z"), At("2024-05-01T14:00:00+02:00"), At("2024-05-01T12:00:00.0000001Z"), At("0001-01-01"), At("9999-12-31T23:59:59.9999999Z"),
        MetadataValue.FromArray(), MetadataValue.FromArray(MetadataValue.Null), MetadataValue.FromArray("a"), MetadataValue.FromArray("a", "b", "a"),
        MetadataValue.FromArray("", MetadataValue.Null, "\U0001F600"), MetadataValue.FromArray(0L, 1L), MetadataValue.FromArray(1L, 0L),
        MetadataValue.FromArray(0.0, 1.0), MetadataValue.FromArray(-0.0, 1.0), MetadataValue.FromArray(1.0, double.NaN), MetadataValue.FromArray(double.NaN),
        MetadataValue.FromArray(true, false), MetadataValue.FromArray(At("2024-05-01T12:00:00Z")), MetadataValue.FromArray(At("2024-05-01T14:00:00+02:00")),
    ];

    private static readonly string[] Texts = ["", "a", "b", "aa", "ab", "\uE000", "\U0001F600", "\U0001F600a"];

    private readonly Random _random = new(seed);

    public Random Random => _random;

    public float[] Vector(int dimension) => [.. Enumerable.Range(0, dimension).Select(_ => _random.Next(8) switch
    {
        0 => 0f,
        1 => -0f,
        2 => 1f,
        3 => _random.Next(-3, 4),
        _ => (float)(_random.NextDouble() * 2) - 1,
    })];

    public float[] Normal(int dimension) => [.. Enumerable.Range(0, dimension).Select(_ => (float)(_random.NextDouble() + _random.NextDouble() + _random.NextDouble() - 1.5))];

    public RowId Id(int among) => _random.Next(among) is var n && n % 3 == 0
        ? RowId.FromBytes([(byte)n, (byte)(n >> 8)])
        : RowId.FromUInt64((ulong)n);

    public MetadataValue Value() => Values[_random.Next(Values.Length)];

    public string Text() => Texts[_random.Next(Texts.Length)];

    public string Field() => Fields[_random.Next(Fields.Length)];

    public Metadata? Metadata() => _random.Next(3) == 0
        ? null
        : IqdbFlat.Engine.Metadata.From(Fields.Where(_ => _random.Next(2) == 0).Select(field => KeyValuePair.Create(field, Value())));

    private static MetadataValue At(string text) => InstantText.TryParse(text, out var instant) ? instant : throw new FormatException(text);

    public Filter Filter(int depth)
    {
        if (depth == 0 || _random.Next(3) == 0)
        {
            return _random.Next(12) switch
            {
                0 => IqdbFlat.Engine.Filter.Eq(Field(), Value()),
                1 => IqdbFlat.Engine.Filter.Neq(Field(), Value()),
                2 => IqdbFlat.Engine.Filter.Lt(Field(), Value()),
                3 => IqdbFlat.Engine.Filter.Lte(Field(), Value()),
                4 => IqdbFlat.Engine.Filter.Gt(Field(), Value()),
                5 => IqdbFlat.Engine.Filter.Gte(Field(), Value()),
                6 => IqdbFlat.Engine.Filter.Contains(Field(), Value()),
                7 => IqdbFlat.Engine.Filter.ContainsAny(Field(), [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Value())]),
                8 => IqdbFlat.Engine.Filter.StartsWith(Field(), Text()),
                9 => IqdbFlat.Engine.Filter.EndsWith(Field(), Text()),
                10 => IqdbFlat.Engine.Filter.ContainsText(Field(), Text()),
                _ => IqdbFlat.Engine.Filter.In(Field(), [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Value())]),
            };
        }

        Filter[] inner = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Filter(depth - 1))];
        return _random.Next(3) switch
        {
            0 => IqdbFlat.Engine.Filter.And(inner),
            1 => IqdbFlat.Engine.Filter.Or(inner),
            _ => IqdbFlat.Engine.Filter.Not(Filter(depth - 1)),
        };
    }
}

using IqdbFlat.Engine;
using IqdbFlat.VectorData.Cluster;
using IqdbFlat.VectorData.Keys;
using IqdbFlat.VectorData.Values;

namespace IqdbFlat.VectorData.Tests.Keys;

/// <summary>Stored forms that must never change, and that nothing else may share.</summary>
public sealed class KeyCodecTests
{
    [Fact]
    public void Ids_of_keys_are_these()
    {
        Assert.Equal("5", Id(5));
        Assert.Equal("5", Id(5UL));
        Assert.Equal("18446744073709551615", Id(ulong.MaxValue));
        Assert.Equal("4effffffffffffffff", Id(-1));
        Assert.Equal("4e8000000000000000", Id(long.MinValue));
        Assert.Equal("4700112233445566778899aabbccddeeff", Id(new Guid("00112233-4455-6677-8899-aabbccddeeff")));
        Assert.Equal("53", Id(""));
        Assert.Equal("53c3a9", Id("é"));

        static string Id<T>(T key)
            where T : notnull => KeyCodec.ToId(key, typeof(T)).ToString();
    }

    [Fact]
    public void Keys_come_back_and_no_two_meet()
    {
        var random = new Random(3);
        object[] keys =
        [
            .. Enumerable.Range(0, 2_000).Select(_ => (object)random.NextInt64(long.MinValue, long.MaxValue)),
            .. Enumerable.Range(0, 2_000).Select(_ => (object)new string([.. Enumerable.Range(0, random.Next(9)).Select(_ => (char)random.Next(1, 0xD800))])),
            .. Enumerable.Range(0, 2_000).Select(_ => (object)Guid.NewGuid()),
        ];
        var distinct = keys.Distinct().ToArray();

        var ids = distinct.Select(key => KeyCodec.ToId(key, key.GetType())).ToArray();

        Assert.Equal(distinct, ids.Select((id, i) => KeyCodec.ToKey(id, distinct[i].GetType())));
        Assert.Equal(distinct.Length, ids.Distinct().Count());
    }

    [Fact]
    public void An_id_that_is_no_key_of_the_type_is_an_error()
    {
        Assert.Throws<InvalidOperationException>(() => KeyCodec.ToKey<long>(ulong.MaxValue));
        Assert.Throws<InvalidOperationException>(() => KeyCodec.ToKey<string>(1));
        Assert.Throws<InvalidOperationException>(() => KeyCodec.ToKey<Guid>(KeyCodec.ToId("x", typeof(string))));
        Assert.Throws<InvalidCastException>(() => KeyCodec.ToId(1L, typeof(int)));
    }

    [Fact]
    public void Indexes_of_collections_are_these()
    {
        Assert.Equal("vd-notes7", CollectionName.ToIndex("notes7"));
        Assert.Equal("vd--my-0-notes-1a-2b-3c-9c3-9a9", CollectionName.ToIndex("My_Notes-a.b cé"));
        Assert.Null(CollectionName.FromIndex("docs"));
        Assert.Null(CollectionName.FromIndex("vd-a-"));
        Assert.Null(CollectionName.FromIndex("vd--941"));
        Assert.Null(CollectionName.FromIndex("vd-"));
        Assert.Contains("found '", Assert.Throws<FlatIndexException>(() => CollectionName.ToIndex(new string('A', 31))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Collection_names_come_back_and_no_two_meet()
    {
        var random = new Random(5);
        string[] names = [.. Enumerable.Range(0, 5_000).Select(_ => new string([.. Enumerable.Range(0, random.Next(1, 13)).Select(_ => (char)random.Next(32, 128))])).Distinct()];

        string[] indexes = [.. names.Select(CollectionName.ToIndex)];

        Assert.All(indexes, index => Assert.True(IndexName.IsValid(index)));
        Assert.Equal(names, indexes.Select(CollectionName.FromIndex));
        Assert.Equal(names.Length, indexes.Distinct().Count());
    }

    [Fact]
    public void Text_of_decimals_orders_as_they_do_and_keeps_their_scale()
    {
        var random = new Random(11);
        decimal[] numbers =
        [
            .. Enumerable.Range(0, 3_000).Select(_ => new decimal(random.Next(), random.Next(), random.Next() >> random.Next(32), random.Next(2) == 0, (byte)random.Next(29))),
            .. Enumerable.Range(-200, 400).Select(number => number / 10m),
            .. Enumerable.Range(0, 200).Select(_ => new decimal(random.Next(50), 0, 0, random.Next(2) == 0, (byte)random.Next(4))),
        ];

        foreach (decimal number in numbers)
            Assert.Equal(decimal.GetBits(number), decimal.GetBits(DecimalText.Parse(DecimalText.Order(number) + DecimalText.Rest(number))));
        for (int i = 0; i < numbers.Length; i++)
        {
            decimal left = numbers[i];
            decimal right = numbers[random.Next(numbers.Length)];
            Assert.Equal(Math.Sign(left.CompareTo(right)), Math.Sign(string.CompareOrdinal(DecimalText.Order(left), DecimalText.Order(right))));
            Assert.Contains(DecimalText.Rest(left), DecimalText.Rests(left));
        }

        Assert.Equal("p2985 01", DecimalText.Order(8.5m) + DecimalText.Rest(8.5m));
        Assert.Equal("n7014~02", DecimalText.Order(-8.50m) + DecimalText.Rest(-8.50m));
        Assert.Equal("o 00", DecimalText.Order(0) + DecimalText.Rest(0));
    }
}

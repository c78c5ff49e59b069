using System.Buffers;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Engine.Tests.Parts;

public class VectorPartsTests
{
    private static readonly VectorParts Two = new(new("title", 17, Metric.Cosine), new("body", 3, Metric.DotProduct));

    [Fact]
    public void A_packed_row_has_its_vectors_padded_and_says_which_are_there()
    {
        Assert.Equal(32 + 16 + 16, Two.RowComponents);
        float[] packed = Two.Pack(("body", new float[] { 1, -0f, 3 }));
        float[] expected = new float[64];
        (expected[32], expected[33], expected[34], expected[49]) = (1, -0f, 3, 1);
        Assert.Equal(expected.Select(BitConverter.SingleToUInt32Bits), packed.Select(BitConverter.SingleToUInt32Bits));
        Assert.Null(Two.PartOf(packed, "title"));
        Assert.Equal([1, -0f, 3], Two.PartOf(packed, "body")!.Value.ToArray());
        Assert.Equal(["body"], Two.Unpack(packed).Keys);
    }

    [Fact]
    public void What_is_packed_is_unpacked_and_what_is_not_is_refused()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new RandomRows(seed);
        for (int turn = 0; turn < 200; turn++)
        {
            var parts = new VectorParts([.. Enumerable.Range(0, random.Random.Next(1, 20)).Select(i => new VectorPart($"v{i}", random.Random.Next(1, 40), Metric.Cosine))]);
            var given = parts.Where(_ => random.Random.Next(2) == 0).ToDictionary(part => part.Name, part => random.Normal(part.Dimension));
            float[] packed = parts.Pack(given.Select(pair => (pair.Key, (ReadOnlyMemory<float>?)pair.Value)));
            RowCheck.Check(1, packed, null, parts.RowComponents, parts);
            Assert.Equal(given.ToDictionary(pair => pair.Key, pair => pair.Value), parts.Unpack(packed).ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()));
            var isOfVector = new bool[packed.Length];
            for (int place = 0; place < parts.Count; place++)
            {
                if (given.ContainsKey(parts[place].Name))
                    Array.Fill(isOfVector, true, parts.OffsetOf(place), parts[place].Dimension);
            }

            int other = random.Random.Next(packed.Length);
            packed[other] = packed[other] == 0 ? 2 : 3;
            var error = Record.Exception(() => parts.CheckRow(packed));
            Assert.True(isOfVector[other] ? error is null : error is FlatIndexException { Kind: FlatErrorKind.InvalidVector }, $"component {other}: {error?.Message ?? "accepted"}");
        }
    }

    [Fact]
    public void Bad_parts_and_rows_are_refused_with_what_was_found()
    {
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => new VectorParts()));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => new VectorParts(new VectorPart("", 1, Metric.Cosine))));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => new VectorParts(new VectorPart("\uD800", 1, Metric.Cosine))));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => new VectorParts(new VectorPart(new string('x', 129), 1, Metric.Cosine))));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => new VectorParts(new VectorPart("a", 0, Metric.Cosine))));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => new VectorParts(new VectorPart("a", 1, (Metric)99))));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => new VectorParts(new("a", 1, Metric.Cosine), new("a", 2, Metric.Cosine))));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => new VectorParts(new VectorPart("a", Limits.Dimension, Metric.Cosine))));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => new VectorParts([.. Enumerable.Range(0, 65).Select(i => new VectorPart($"{i}", 1, Metric.Cosine))])));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => Two.Pack(("other", new float[3]))));
        Assert.Equal(FlatErrorKind.InvalidConfig, Kind(() => Two.Pack(("body", new float[3]), ("body", null))));
        Assert.Equal(FlatErrorKind.DimensionMismatch, Kind(() => Two.Pack(("body", new float[4]))));
        Assert.Equal(FlatErrorKind.InvalidVector, Kind(() => Two.Pack(("body", new float[] { 0, float.NaN, 0 }))));
        Assert.Equal(FlatErrorKind.DimensionMismatch, Kind(() => Two.PartOf(new float[3], "body")));
        Assert.Equal(Limits.Dimension, new VectorParts(new VectorPart("a", Limits.Dimension - 16, Metric.Cosine)).RowComponents);

        static FlatErrorKind Kind(Func<object?> action) => Assert.Throws<FlatIndexException>(action).Kind;
    }

    [Fact]
    public void The_bytes_are_frozen_and_read_back()
    {
        var output = new ArrayBufferWriter<byte>();
        Two.Write(output);
        Assert.Equal("02057469746c65110104626f64790302", Convert.ToHexStringLower(output.WrittenSpan));
        var input = new ByteReader(output.WrittenSpan);
        Assert.Equal(Two, VectorParts.Read(ref input));
        Assert.Equal(Two.GetHashCode(), new VectorParts([.. Two]).GetHashCode());
        Assert.NotEqual(Two, new VectorParts([.. Two.Reverse()]));
        Assert.Throws<InvalidDataException>(() =>
        {
            var bad = new ByteReader([1, 1, (byte)'a', 0, 0]);
            VectorParts.Read(ref bad);
        });
    }
}

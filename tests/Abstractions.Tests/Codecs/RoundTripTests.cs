using CsCheck;
using IqdbFlat.Engine;
using IqdbFlat.Engine.Tests;

namespace IqdbFlat.Abstractions.Tests.Codecs;

/// <summary>Values of every kind come back as they went, to the bit.</summary>
public class RoundTripTests(WireSerializer wire)
{
    private static readonly Gen<MetadataValue> AnyBits = Gen.ULong.Select(bits => MetadataValue.FromFloat(BitConverter.UInt64BitsToDouble(bits)));

    private static readonly Gen<MetadataValue> OddNaN = Gen.ULong[1, (1UL << 52) - 1].Select(payload =>
        MetadataValue.FromFloat(BitConverter.UInt64BitsToDouble(0xFFF0000000000000 | payload)));

    private static readonly Gen<Metadata?> Row = Gen.Frequency<Metadata?>(
        (1, Gen.Const<Metadata?>(() => null)),
        (3, Generators.Metadata.Select(row => (Metadata?)row)),
        (1, Gen.Select(Generators.Text, Gen.OneOf(AnyBits, OddNaN)).Select((field, value) => (Metadata?)Metadata.From((field, value)))));

    [Fact]
    public void Floats_of_any_bits() => Gen.Frequency(
            (3, Gen.UInt),
            (1, Generators.Among<uint>([0, 0x80000000, 1, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC00000, 0x7F800001, 0xFFBFFFFF])))
        .Array[0, 300]
        .Sample(bits => AssertSame(new FloatVector(bits.Select(BitConverter.UInt32BitsToSingle).ToArray())), iter: 500);

    [Fact]
    public void Numbers_as_ids() => Gen.ULong.Select(RowId.FromUInt64).Array[0, 100].Sample(ids => AssertSame(new RowIdColumn(ids)), iter: 500);

    [Fact]
    public void Ids_of_both_kinds() => Generators.Id.Array[0, 100].Sample(ids => AssertSame(new RowIdColumn(ids)), iter: 500);

    [Fact]
    public void Sequences() => Gen.ULong.Array[0, 100].Sample(sequences => AssertSame(new SequenceColumn(sequences)), iter: 500);

    [Fact]
    public void Metadata_of_every_kind() => Row.Array[0, 20].Sample(rows => AssertSame(new MetadataColumn(rows)), iter: 1_000);

    [Fact]
    public void Filters_of_every_kind() =>
        Generators.FilterOver(Generators.Text).Sample(filter => AssertSame(new FilterExpression(filter)), iter: 1_000);

    [Fact]
    public void Hits() => Gen.Select(Generators.Id, Gen.UInt, Gen.ULong, Row).Array[0, 30].Sample(
        rows => AssertSame(HitBlock.From([.. rows.Select(row => new Hit(row.Item1, BitConverter.UInt32BitsToSingle(row.Item2), row.Item3, row.Item4 ?? Metadata.Empty))], withMetadata: true)),
        iter: 300);

    [Fact]
    public void Columns_without_an_array_come_back_empty()
    {
        Assert.Equal(0, wire.RoundTrip(default(FloatVector)).Length);
        Assert.Equal(0, wire.RoundTrip(default(RowIdColumn)).Count);
        Assert.Equal(0, wire.RoundTrip(default(SequenceColumn)).Count);
        Assert.Equal(0, wire.RoundTrip(default(MetadataColumn)).Count);
        Assert.Null(wire.RoundTrip(default(FilterExpression)).Filter);
    }

    [Fact]
    public void A_slice_of_floats_travels_alone() =>
        Assert.Equal([2f, 3f], wire.RoundTrip(new FloatVector(new[] { 1f, 2f, 3f, 4f }.AsMemory(1, 2))).Span.ToArray());

    [Fact]
    public void A_column_inside_a_field_that_declares_no_type_keeps_it()
    {
        foreach (object value in new object[] { new FloatVector(new[] { 1f }), new RowIdColumn([1]), new SequenceColumn([1]), new MetadataColumn([null]), new FilterExpression(Filter.And()) })
            Assert.Equal(WireText.Of(value), WireText.Of(wire.RoundTrip(value)));
    }

    [Fact]
    public void Copies_share_what_never_changes()
    {
        float[] floats = [1, 2];
        Assert.Equal(new FloatVector(floats), wire.Copy(new FloatVector(floats)));
        RowId[] ids = [1];
        Assert.Same(ids, wire.Copy(new RowIdColumn(ids)).Values);
        ulong[] sequences = [1];
        Assert.Same(sequences, wire.Copy(new SequenceColumn(sequences)).Values);
        var slots = SlotMap.Even(2);
        Assert.Same(slots, wire.Copy(slots));
    }

    private bool AssertSame<T>(T value)
    {
        Assert.Equal(WireText.Of(value), WireText.Of(wire.RoundTrip(value)));
        return true;
    }
}

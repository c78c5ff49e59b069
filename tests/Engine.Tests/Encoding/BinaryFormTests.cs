using System.Buffers;
using CsCheck;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Engine.Tests.Encoding;

/// <summary>Frozen bytes: a change of any of them breaks every log and backup there is.</summary>
public class BinaryFormTests
{
    [Fact]
    public void Ids_have_frozen_bytes()
    {
        AssertFrozen("00" + "0000000000000000", (RowId)0UL);
        AssertFrozen("00" + "efcdab8967452301", (RowId)0x0123456789abcdefUL);
        AssertFrozen("00" + "ffffffffffffffff", (RowId)ulong.MaxValue);
        AssertFrozen("01" + "02" + "01ff", RowId.FromBytes([1, 255]));
        AssertFrozen("01" + "00", RowId.FromBytes([]));
    }

    [Fact]
    public void An_id_that_no_index_accepts_is_carried_to_the_index_that_answers_for_it()
    {
        var id = RowId.FromBytes(new byte[2_000]);
        byte[] bytes = Bytes.Written(o => BinaryForm.Write(o, id));
        Assert.Equal(id, Bytes.ReadAll(bytes, BinaryForm.ReadRowId));
        Assert.Equal(2_003, bytes.Length);
        Assert.Equal(FlatErrorKind.InvalidConfig, Assert.Throws<FlatIndexException>(() => RowIdLimits.Check(id)).Kind);
    }

    [Fact]
    public void Values_have_frozen_bytes()
    {
        AssertFrozen("00", MetadataValue.Null);
        AssertFrozen("01" + "00", MetadataValue.FromBool(false));
        AssertFrozen("01" + "01", MetadataValue.FromBool(true));
        AssertFrozen("02" + "00", MetadataValue.FromInt(0));
        AssertFrozen("02" + "01", MetadataValue.FromInt(-1));
        AssertFrozen("02" + "02", MetadataValue.FromInt(1));
        AssertFrozen("02" + "d804", MetadataValue.FromInt(300));
        AssertFrozen("02" + "feffffffffffffffff01", MetadataValue.FromInt(long.MaxValue));
        AssertFrozen("02" + "ffffffffffffffffff01", MetadataValue.FromInt(long.MinValue));
        AssertFrozen("03" + "000000000000f83f", MetadataValue.FromFloat(1.5));
        AssertFrozen("03" + "0000000000000080", MetadataValue.FromFloat(-0.0));
        AssertFrozen("03" + "010000000000f87f", MetadataValue.FromFloat(BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0001)));
        AssertFrozen("03" + "000000000000f0ff", MetadataValue.FromFloat(double.NegativeInfinity));
        AssertFrozen("04" + "00", MetadataValue.FromString(""));
        AssertFrozen("04" + "07" + "c3a9" + "f09f9880" + "00", MetadataValue.FromString("\u00E9\U0001F600\0"));
    }

    [Fact]
    public void Instants_and_arrays_have_frozen_bytes()
    {
        AssertFrozen("05" + "0000000000000000" + "00", MetadataValue.FromInstant(DateTimeOffset.MinValue));
        AssertFrozen("05" + "ff3f37f47528ca2b" + "00", MetadataValue.FromInstant(DateTimeOffset.MaxValue));
        AssertFrozen("05" + "0060313ad669dc08" + "f001", MetadataValue.FromInstant(new(2024, 5, 1, 14, 0, 0, TimeSpan.FromHours(2))));
        AssertFrozen("05" + "0060313ad669dc08" + "bb03", MetadataValue.FromInstant(new(2024, 5, 1, 8, 18, 0, TimeSpan.FromMinutes(-222))));
        AssertFrozen("06" + "00", MetadataValue.FromArray());
        AssertFrozen("06" + "03" + "040161" + "00" + "040161", MetadataValue.FromArray("a", MetadataValue.Null, "a"));
        AssertFrozen("06" + "02" + "0202" + "0201", MetadataValue.FromArray(1L, -1L));
        AssertFrozen("06" + "01" + "05" + "0000000000000000" + "00", MetadataValue.FromArray(DateTimeOffset.MinValue));
    }

    [Fact]
    public void Metadata_has_frozen_bytes_in_the_order_of_its_names()
    {
        AssertFrozen("00", Metadata.Empty);
        AssertFrozen(
            "04" + "00" + "00" + "01" + "41" + "0101" + "01" + "61" + "0203" + "02" + "6162" + "0401" + "78",
            Metadata.From(("ab", "x"), ("a", -2L), ("", MetadataValue.Null), ("A", true)));
    }

    [Fact]
    public void Filters_have_frozen_bytes_in_preorder()
    {
        AssertFrozen("00" + "0166" + "0202", Filter.Eq("f", 1L));
        AssertFrozen("01" + "00" + "00", Filter.Neq("", MetadataValue.Null));
        AssertFrozen("02" + "0166" + "0101", Filter.Lt("f", true));
        AssertFrozen("03" + "0166" + "040161", Filter.Lte("f", "a"));
        AssertFrozen("04" + "0166" + "03000000000000f03f", Filter.Gt("f", 1.0));
        AssertFrozen("05" + "0166" + "0201", Filter.Gte("f", -1L));
        AssertFrozen("06" + "0166" + "00", Filter.In("f"));
        AssertFrozen("06" + "0166" + "03" + "0202" + "00" + "0202", Filter.In("f", 1L, MetadataValue.Null, 1L));
        AssertFrozen("0a" + "0166" + "0202", Filter.Contains("f", 1L));
        AssertFrozen("0b" + "0166" + "02" + "0202" + "00", Filter.ContainsAny("f", 1L, MetadataValue.Null));
        AssertFrozen("0c" + "0166" + "0161", Filter.StartsWith("f", "a"));
        AssertFrozen("0d" + "0166" + "00", Filter.EndsWith("f", ""));
        AssertFrozen("0e" + "0166" + "02c3a9", Filter.ContainsText("f", "\u00E9"));
        AssertFrozen("0700", Filter.And());
        AssertFrozen("0800", Filter.Or());
        AssertFrozen("09" + "0800", Filter.Not(Filter.Or()));
        AssertFrozen(
            "07" + "03" + ("08" + "02" + "0700" + ("09" + "000161" + "00")) + ("06" + "0162" + "00") + ("07" + "01" + "0800"),
            Filter.And(Filter.Or(Filter.And(), Filter.Not(Filter.Eq("a", MetadataValue.Null))), Filter.In("b"), Filter.And(Filter.Or())));
    }

    [Fact]
    public void An_optional_filter_has_a_byte_in_front()
    {
        Assert.Equal("00", Bytes.Hex(o => BinaryForm.WriteOptional(o, null)));
        Assert.Equal("010700", Bytes.Hex(o => BinaryForm.WriteOptional(o, Filter.And())));
        Assert.Null(Bytes.ReadHex("00", BinaryForm.ReadOptionalFilter));
        Assert.Equal("And()", FilterShape.Of(Bytes.ReadHex("010700", BinaryForm.ReadOptionalFilter)));
    }

    [Fact]
    public void Ids_come_back_and_have_the_size_that_is_told() => Generators.Id.Sample(id =>
    {
        byte[] bytes = Bytes.Written(o => BinaryForm.Write(o, id));
        return bytes.Length == BinaryForm.SizeOf(id) && Bytes.ReadAll(bytes, BinaryForm.ReadRowId) == id;
    });

    [Fact]
    public void Metadata_comes_back_and_has_the_size_that_is_told() => Generators.Metadata.Sample(metadata =>
    {
        byte[] bytes = Bytes.Written(o => BinaryForm.Write(o, metadata));
        return bytes.Length == BinaryForm.SizeOf(metadata) && Bytes.ReadAll(bytes, BinaryForm.ReadMetadata).Equals(metadata);
    });

    [Fact]
    public void Filters_come_back_and_have_the_size_that_is_told() => Generators.FilterOver(Generators.Text).Sample(filter =>
    {
        byte[] bytes = Bytes.Written(o => BinaryForm.Write(o, filter));
        return bytes.Length == BinaryForm.SizeOf(filter) && FilterShape.Of(Bytes.ReadAll(bytes, BinaryForm.ReadFilter)) == FilterShape.Of(filter);
    });

    [Fact]
    public void A_filter_of_depth_100_000_comes_back_and_then_fails_the_caps()
    {
        foreach (var wrap in new Func<Filter, Filter>[] { Filter.Not, f => Filter.And(f), f => Filter.Or(Filter.And(), f, Filter.And()) })
        {
            var filter = Filter.Eq("f", 1L);
            for (int i = 0; i < 100_000; i++)
                filter = wrap(filter);
            byte[] bytes = Bytes.Written(o => BinaryForm.Write(o, filter));
            var back = Bytes.ReadAll(bytes, BinaryForm.ReadFilter);
            Assert.Equal(FlatErrorKind.InvalidFilter, Assert.Throws<FlatIndexException>(() => FilterLimits.Check(back)).Kind);
            Assert.Equal(bytes, Bytes.Written(o => BinaryForm.Write(o, back)));
        }
    }

    [Fact]
    public void A_filter_that_unfolds_without_end_is_refused_by_the_writer()
    {
        var filter = Filter.Eq("f", new string('x', 1_000));
        for (int i = 0; i < 64; i++)
            filter = Filter.And(filter, filter);
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(FlatErrorKind.InvalidFilter, Assert.Throws<FlatIndexException>(() => BinaryForm.Write(output, filter)).Kind);
        Assert.Equal(FlatErrorKind.InvalidFilter, Assert.Throws<FlatIndexException>(() => BinaryForm.WriteOptional(output, filter)).Kind);
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Text_that_is_not_unicode_is_refused_by_the_writer_and_never_replaced()
    {
        AssertRefused(FlatErrorKind.InvalidFilter, () => Bytes.Written(o => BinaryForm.Write(o, Filter.Eq("\uD800", 1L))));
        AssertRefused(FlatErrorKind.InvalidFilter, () => Bytes.Written(o => BinaryForm.Write(o, Filter.In("f", "\uDC00"))));
        AssertRefused(FlatErrorKind.InvalidConfig, () => Bytes.Written(o => BinaryForm.Write(o, Metadata.From(("\uD800", 1L)))));
        AssertRefused(FlatErrorKind.InvalidConfig, () => Bytes.Written(o => BinaryForm.Write(o, (MetadataValue)"\uDC00")));

        static void AssertRefused(FlatErrorKind kind, Func<byte[]> write) =>
            Assert.Equal(kind, Assert.Throws<FlatIndexException>(() => { write(); }).Kind);
    }

    private static void AssertFrozen(string hex, RowId id)
    {
        Assert.Equal(hex, Bytes.Hex(o => BinaryForm.Write(o, id)));
        Assert.Equal(id, Bytes.ReadHex(hex, BinaryForm.ReadRowId));
    }

    private static void AssertFrozen(string hex, MetadataValue value)
    {
        Assert.Equal(hex, Bytes.Hex(o => BinaryForm.Write(o, value)));
        Assert.Equal(value, Bytes.ReadHex(hex, BinaryForm.ReadMetadataValue));
        Assert.Equal(hex.Length / 2, BinaryForm.SizeOf(value));
    }

    private static void AssertFrozen(string hex, Metadata metadata)
    {
        Assert.Equal(hex, Bytes.Hex(o => BinaryForm.Write(o, metadata)));
        Assert.Equal(metadata, Bytes.ReadHex(hex, BinaryForm.ReadMetadata));
        Assert.Equal(hex.Length / 2, BinaryForm.SizeOf(metadata));
    }

    private static void AssertFrozen(string hex, Filter filter)
    {
        Assert.Equal(hex, Bytes.Hex(o => BinaryForm.Write(o, filter)));
        Assert.Equal(FilterShape.Of(filter), FilterShape.Of(Bytes.ReadHex(hex, BinaryForm.ReadFilter)));
    }
}

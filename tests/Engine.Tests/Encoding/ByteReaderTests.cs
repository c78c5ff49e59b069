using System.Buffers;
using CsCheck;
using IqdbFlat.Engine.Encoding;

namespace IqdbFlat.Engine.Tests.Encoding;

public class ByteReaderTests
{
    [Fact]
    public void Numbers_are_little_endian()
    {
        var input = new ByteReader(Convert.FromHexString("01" + "78563412" + "efcdab8967452301" + "000000000000f03f" + "01"));
        Assert.Equal(1, input.ReadByte());
        Assert.Equal(0x12345678u, input.ReadUInt32());
        Assert.Equal(0x0123456789abcdefUL, input.ReadUInt64());
        Assert.Equal(1.0, input.ReadDouble());
        Assert.True(input.ReadBool());
        input.ExpectEnd();
        Assert.Equal(22, input.Position);
    }

    [Fact]
    public void What_the_writer_writes_comes_back() =>
        Gen.Select(Gen.ULong, Gen.UInt, Gen.Double, Generators.Text, Gen.Bool, Gen.Int[0, 63]).Sample((number, small, real, text, flag, shift) =>
        {
            byte[] bytes = Bytes.Written(o =>
            {
                ByteWriter.WriteUInt64(o, number);
                ByteWriter.WriteUInt32(o, small);
                ByteWriter.WriteDouble(o, real);
                ByteWriter.WriteString(o, text);
                ByteWriter.WriteBool(o, flag);
                ByteWriter.WriteVarint(o, number >> shift);
            });
            var input = new ByteReader(bytes);
            bool same = input.ReadUInt64() == number && input.ReadUInt32() == small
                && BitConverter.DoubleToInt64Bits(input.ReadDouble()) == BitConverter.DoubleToInt64Bits(real)
                && input.ReadString() == text && input.ReadBool() == flag && input.ReadVarint() == number >> shift;
            input.ExpectEnd();
            return same;
        });

    [Theory]
    [InlineData(0, "00")]
    [InlineData(127, "7f")]
    [InlineData(128, "8001")]
    [InlineData(16383, "ff7f")]
    [InlineData(16384, "808001")]
    [InlineData(ulong.MaxValue, "ffffffffffffffffff01")]
    public void Varints_have_frozen_bytes_and_a_known_size(ulong value, string hex)
    {
        Assert.Equal(hex, Bytes.Hex(o => ByteWriter.WriteVarint(o, value)));
        Assert.Equal(hex.Length / 2, ByteWriter.SizeOfVarint(value));
        Assert.Equal(value, Bytes.ReadHex(hex, (ref ByteReader i) => i.ReadVarint()));
    }

    [Theory]
    [InlineData("", "1 bytes expected, found 0")]
    [InlineData("80", "1 bytes expected, found 0")]
    [InlineData("8000", "shortest form")]
    [InlineData("ff00", "shortest form")]
    [InlineData("ffffffffffffffffff02", "more than 64 bits")]
    [InlineData("ffffffffffffffffff81", "more than 64 bits")]
    [InlineData("80808080808080808080", "more than 64 bits")]
    public void A_varint_that_is_cut_long_or_too_large_is_refused(string hex, string reason) =>
        AssertInvalid(reason, () => Bytes.ReadHex(hex, (ref ByteReader i) => i.ReadVarint()));

    [Theory]
    [InlineData("0261", "needs at least 1 bytes each, found 1 bytes")]
    [InlineData("ffffffffffffffffff01", "18446744073709551615")]
    [InlineData("02c328", "UTF-8")]
    [InlineData("03eda080", "UTF-8")]
    [InlineData("02c080", "UTF-8")]
    public void A_string_that_is_cut_or_not_utf8_is_refused(string hex, string reason) =>
        AssertInvalid(reason, () => Bytes.ReadHex(hex, (ref ByteReader i) => i.ReadString()));

    [Fact]
    public void A_count_is_bounded_by_what_its_things_take_at_least()
    {
        Assert.Equal(2, CountOf("0200000000"));
        AssertInvalid("a count of 3", () => CountOf("0300000000"));

        static int CountOf(string hex) => new ByteReader(Convert.FromHexString(hex)).ReadCount(leastBytesEach: 2);
    }

    [Theory]
    [InlineData("02", "0 or 1, found 2")]
    [InlineData("0100", "found 1 more bytes")]
    public void A_flag_is_0_or_1_and_an_end_is_an_end(string hex, string reason) =>
        AssertInvalid(reason, () => Bytes.ReadHex(hex, (ref ByteReader i) => i.ReadBool()));

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void No_number_of_bytes_beyond_the_end_is_read(int count) =>
        AssertInvalid("found 4", () => new ByteReader(new byte[4]).ReadBytes(count).ToArray());

    [Fact]
    public void A_string_that_is_not_unicode_is_not_written() =>
        Assert.Equal(FlatErrorKind.InvalidConfig, Assert.Throws<FlatIndexException>(() => ByteWriter.WriteString(new ArrayBufferWriter<byte>(), "x\uD800")).Kind);

    private static void AssertInvalid<T>(string reason, Func<T> read) =>
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => { read(); }).Message, StringComparison.Ordinal);
}

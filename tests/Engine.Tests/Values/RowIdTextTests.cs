using CsCheck;

namespace IqdbFlat.Engine.Tests.Values;

public class RowIdTextTests
{
    [Fact]
    public void Digits_are_a_number_and_0x_is_bytes()
    {
        Assert.Equal((RowId)1UL, RowId.Parse("1"));
        Assert.Equal((RowId)7UL, RowId.Parse("007"));
        Assert.Equal((RowId)ulong.MaxValue, RowId.Parse("18446744073709551615"));
        Assert.Equal(RowId.FromBytes([1]), RowId.Parse("0x01"));
        Assert.Equal(RowId.FromBytes([0xAB, 0xCD]), RowId.Parse("0xABcd"));
        Assert.NotEqual(RowId.Parse("01"), RowId.Parse("0x01"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\0")]
    [InlineData("1,000")]
    [InlineData("1.0")]
    [InlineData("18446744073709551616")]
    [InlineData("ab")]
    [InlineData("0x")]
    [InlineData("0x1")]
    [InlineData("0x0g")]
    [InlineData("0X01")]
    [InlineData("\u0661")]
    public void Other_text_is_no_id(string text)
    {
        Assert.False(RowId.TryParse(text, out var id));
        Assert.Equal(default, id);
        Assert.Equal(FlatErrorKind.InvalidConfig, Assert.Throws<FlatIndexException>(() => RowId.Parse(text)).Kind);
    }

    [Fact]
    public void What_is_printed_comes_back_bytes_after_0x() => Generators.Id.Sample(id =>
        id.IsBytes && id.Bytes.IsEmpty || RowId.Parse(id.IsBytes ? "0x" + id : id.ToString()) == id);
}

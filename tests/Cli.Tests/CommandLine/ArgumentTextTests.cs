using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Engine;
using IqdbFlat.Silo.Text;

namespace IqdbFlat.Cli.Tests.CommandLine;

public class ArgumentTextTests
{
    [Theory]
    [InlineData("0", false)]
    [InlineData("18446744073709551615", false)]
    [InlineData("0x0a", true)]
    [InlineData("0xff00", true)]
    public void An_id_comes_back_as_it_was_written(string text, bool isBytes)
    {
        var id = RowIdText.Parse(text);
        Assert.Equal((isBytes, text), (id.IsBytes, RowIdText.Of(id)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("18446744073709551616")]
    [InlineData("0x")]
    [InlineData("0xa")]
    [InlineData("0xzz")]
    [InlineData("film")]
    [InlineData(" 1")]
    public void What_is_no_id_is_told(string text) =>
        Assert.Equal(FlatErrorKind.InvalidConfig, Assert.Throws<FlatIndexException>(() => RowIdText.Parse(text)).Kind);

    [Theory]
    [InlineData("1,2.5,-3e-2")]
    [InlineData("[1, 2.5, -0.03]")]
    [InlineData(" 1 2.5  -0.03 ")]
    public void A_vector_is_read_in_every_spelling(string text) => Assert.Equal([1f, 2.5f, -0.03f], VectorText.Parse(text));

    [Theory]
    [InlineData("", FlatErrorKind.InvalidConfig)]
    [InlineData("[]", FlatErrorKind.InvalidConfig)]
    [InlineData("1,x", FlatErrorKind.InvalidConfig)]
    [InlineData("1,NaN", FlatErrorKind.InvalidVector)]
    [InlineData("1e39", FlatErrorKind.InvalidVector)]
    public void What_is_no_vector_is_told(string text, FlatErrorKind kind) =>
        Assert.Equal(kind, Assert.Throws<FlatIndexException>(() => VectorText.Parse(text)).Kind);

    [Fact]
    public void A_vector_without_end_is_told() =>
        Assert.Contains("at most 65536", Assert.Throws<FlatIndexException>(() => VectorText.Parse(string.Join(',', new int[70_000]))).Message, StringComparison.Ordinal);
}

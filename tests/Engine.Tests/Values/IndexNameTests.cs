namespace IqdbFlat.Engine.Tests.Values;

public class IndexNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("-")]
    [InlineData("0-9-abc-xyz")]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123")]
    public void Lower_case_letters_digits_and_hyphens_up_to_63_are_names(string name)
    {
        IndexName.Check(name);
        Assert.True(IndexName.IsValid(name));
    }

    [Theory]
    [InlineData("", "found 0")]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1234", "found 64")]
    [InlineData("A", "found 'A'")]
    [InlineData("a_b", "found 'a_b'")]
    [InlineData("a/b", "found 'a/b'")]
    [InlineData("a\n", "found 'a\\u000A'")]
    [InlineData("\u00E9", "found '\u00E9'")]
    [InlineData("\u0661", "found '\u0661'")]
    [InlineData("{", "found '{'")]
    [InlineData("`", "found '`'")]
    public void Anything_else_is_refused_and_shown(string name, string found)
    {
        Assert.False(IndexName.IsValid(name));
        var error = Assert.Throws<FlatIndexException>(() => IndexName.Check(name));
        Assert.Equal(FlatErrorKind.InvalidConfig, error.Kind);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
    }
}

using IqdbFlat.Cli.Demo;

namespace IqdbFlat.Cli.Tests.Demo;

public class WordSplitterTests
{
    [Theory]
    [InlineData("ReadAllText", "read all text")]
    [InlineData("XMLReader", "xml reader")]
    [InlineData("SHA256.HashData", "sha 256 hash data")]
    [InlineData("op_Implicit", "op implicit")]
    [InlineData("How do I read a file?", "read file")]
    [InlineData("  The UTF-8 bytes, 2x. ", "utf 8 bytes 2 x")]
    [InlineData("\u00c4rger \u20ac", "\u00e4rger")]
    [InlineData("", "")]
    public void Text_is_cut_into_words(string text, string expected)
    {
        var words = new List<string>();
        WordSplitter.Split(text, words);
        Assert.Equal(expected, string.Join(' ', words));
    }

    [Fact]
    public void A_word_without_end_is_cut_short()
    {
        var words = new List<string>();
        WordSplitter.Split(new string('a', 1_000_000), words);
        Assert.Equal(32, Assert.Single(words).Length);
    }
}

using CsCheck;
using IqdbFlat.Engine.Values;

namespace IqdbFlat.Engine.Tests.Values;

public class UnicodeTextTests
{
    private static readonly Gen<string> Units =
        Generators.Among(['a', '\uD7FF', '\uD800', '\uDBFF', '\uDC00', '\uDFFF', '\uE000']).Array[0, 8].Select(units => new string(units));

    [Fact]
    public void Valid_is_what_strict_utf8_takes() => Units.Sample(text => UnicodeText.IsValid(text) == IsEncodable(text), iter: 5_000);

    [Fact]
    public void A_quote_is_always_valid() => Units.Sample(text => UnicodeText.IsValid(UnicodeText.Quote(text)));

    [Fact]
    public void A_long_text_is_cut_between_characters_and_says_its_length()
    {
        string quoted = UnicodeText.Quote(new string('x', 63) + "\U0001F600" + new string('y', 100));
        Assert.Equal("'" + new string('x', 63) + "'... (165 characters)", quoted);
    }

    [Fact]
    public void Control_characters_are_shown_and_not_printed() => Assert.Equal("'a\\u000Ab\\u0000'", UnicodeText.Quote("a\nb\0"));

    private static bool IsEncodable(string text)
    {
        try
        {
            new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text);
            return true;
        }
        catch (System.Text.EncoderFallbackException)
        {
            return false;
        }
    }
}

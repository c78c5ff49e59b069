using CsCheck;
using IqdbFlat.Engine.Filters;

namespace IqdbFlat.Engine.Tests.Filters;

public class Utf8OrderTests
{
    // Units around every border that matters: ASCII, two and three bytes, the surrogates' neighbours, and four bytes.
    private static readonly string[] Units =
    [
        "", "a", "b", "\u007F", "\u0080", "\u07FF", "\u0800", "\uD7FF", "\uE000", "\uFFFD", "\uFFFF",
        "\U00010000", "\U00010001", "\U0001F600", "\U0010FFFF",
    ];

    private static readonly Gen<string> Text = Gen.Int[0, Units.Length - 1].Select(i => Units[i]).Array[0, 5].Select(string.Concat);

    [Fact]
    public void Order_is_that_of_the_utf8_bytes() =>
        Gen.Select(Text, Text, Text).Sample((prefix, left, right) =>
        {
            string a = prefix + left, b = prefix + right;
            int expected = System.Text.Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(b));
            return Math.Sign(Utf8Order.Compare(a, b)) == Math.Sign(expected);
        }, iter: 20_000);

    [Fact]
    public void An_emoji_lies_above_the_private_use_area_where_ordinal_comparison_errs()
    {
        Assert.True(string.CompareOrdinal("\U0001F600", "\uE000") < 0);
        Assert.True(Utf8Order.Compare("\U0001F600", "\uE000") > 0);
    }

    [Fact]
    public void Comparison_allocates_nothing()
    {
        string left = new string('x', 1000) + "\U0001F600", right = new string('x', 1000) + "\uFFFD";
        Utf8Order.Compare(left, right);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int order = Utf8Order.Compare(left, right);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(order > 0);
    }
}

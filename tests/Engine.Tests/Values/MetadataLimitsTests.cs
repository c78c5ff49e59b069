using System.Globalization;

namespace IqdbFlat.Engine.Tests.Values;

public class MetadataLimitsTests
{
    [Fact]
    public void None_and_empty_pass()
    {
        MetadataLimits.Check(null);
        MetadataLimits.Check(Metadata.Empty);
    }

    [Fact]
    public void At_most_256_fields()
    {
        MetadataLimits.Check(WithFields(256));
        var error = Assert.Throws<FlatIndexException>(() => MetadataLimits.Check(WithFields(257))).Error;
        Assert.Equal((FlatErrorKind.ResourceLimitExceeded, "metadata fields", 256L, 257L), (error.Kind, error.Limit, error.Max, error.Found));
    }

    [Fact]
    public void At_most_64_KiB_in_the_binary_form()
    {
        // One byte for the count, two for the name, one for the kind, three for the string's length.
        const int Overhead = 1 + 2 + 1 + 3;
        MetadataLimits.Check(Metadata.From(("f", new string('x', 65_536 - Overhead))));
        var error = Assert.Throws<FlatIndexException>(() => MetadataLimits.Check(Metadata.From(("f", new string('x', 65_537 - Overhead))))).Error;
        Assert.Equal((FlatErrorKind.ResourceLimitExceeded, "metadata bytes", 65_536L, 65_537L), (error.Kind, error.Limit, error.Max, error.Found));
    }

    [Fact]
    public void At_most_4096_elements_in_an_array()
    {
        MetadataLimits.Check(Metadata.From(("f", MetadataValue.FromArray(new MetadataValue[4_096]))));
        var error = Assert.Throws<FlatIndexException>(() => MetadataLimits.Check(Metadata.From(("f", MetadataValue.FromArray(new MetadataValue[4_097]))))).Error;
        Assert.Equal((FlatErrorKind.ResourceLimitExceeded, "array elements", 4_096L, 4_097L), (error.Kind, error.Limit, error.Max, error.Found));
    }

    [Fact]
    public void Strings_of_an_array_are_unicode_too() =>
        Assert.Contains("'tags'", Assert.Throws<FlatIndexException>(() => MetadataLimits.Check(Metadata.From(("tags", MetadataValue.FromArray("a", "\uD800"))))).Message, StringComparison.Ordinal);

    [Fact]
    public void Bytes_are_those_of_utf8_and_names_count()
    {
        Assert.Throws<FlatIndexException>(() => MetadataLimits.Check(Metadata.From((new string('\u00E9', 32_800), 1L))));
        MetadataLimits.Check(Metadata.From((new string('e', 32_800), 1L)));
    }

    [Fact]
    public void A_name_or_string_that_is_not_unicode_is_refused_and_the_field_named()
    {
        var name = Assert.Throws<FlatIndexException>(() => MetadataLimits.Check(Metadata.From(("good", 1L), ("b\uD800", 1L))));
        Assert.Equal(FlatErrorKind.InvalidConfig, name.Kind);
        Assert.Contains("'b\\uD800'", name.Message, StringComparison.Ordinal);
        var value = Assert.Throws<FlatIndexException>(() => MetadataLimits.Check(Metadata.From(("good", "\U0001F600"), ("title", "x\uDC00\uD800"))));
        Assert.Equal(FlatErrorKind.InvalidConfig, value.Kind);
        Assert.Contains("'title'", value.Message, StringComparison.Ordinal);
    }

    private static Metadata WithFields(int count) =>
        Metadata.From(Enumerable.Range(0, count).Select(i => KeyValuePair.Create(i.ToString(CultureInfo.InvariantCulture), MetadataValue.Null)));
}

namespace IqdbFlat.Engine.Tests.Values;

public class MetadataValueTests
{
    [Fact]
    public void Instants_come_back_with_their_offset_and_differ_by_it()
    {
        var two = new DateTimeOffset(2024, 5, 1, 14, 0, 0, TimeSpan.FromHours(2));
        MetadataValue value = two;
        Assert.True(value.AsInstant.EqualsExact(two));
        Assert.NotEqual(value, MetadataValue.FromInstant(two.ToUniversalTime()));
        Assert.Equal(value, MetadataValue.FromInstant(two));
        foreach (var extreme in new[] { DateTimeOffset.MinValue, DateTimeOffset.MaxValue })
            Assert.True(MetadataValue.FromInstant(extreme).AsInstant.EqualsExact(extreme));
    }

    [Fact]
    public void Arrays_are_equal_by_kind_and_bits_of_their_elements()
    {
        Assert.Equal(MetadataValue.FromArray("a", MetadataValue.Null), MetadataValue.FromArray("a", MetadataValue.Null));
        Assert.Equal(MetadataValue.FromArray(double.NaN).GetHashCode(), MetadataValue.FromArray(double.NaN).GetHashCode());
        Assert.NotEqual(MetadataValue.FromArray(0.0), MetadataValue.FromArray(-0.0));
        Assert.NotEqual(MetadataValue.FromArray("a"), MetadataValue.FromArray("a", "a"));
        Assert.NotEqual(MetadataValue.FromArray("a"), (MetadataValue)"a");
    }

    [Fact]
    public void An_array_mixes_no_kinds_and_holds_no_array()
    {
        Assert.Contains("found Int and Float", Assert.Throws<ArgumentException>(() => MetadataValue.FromArray(MetadataValue.Null, 1L, 1.0)).Message, StringComparison.Ordinal);
        Assert.Contains("no array", Assert.Throws<ArgumentException>(() => MetadataValue.FromArray(MetadataValue.FromArray())).Message, StringComparison.Ordinal);
        Assert.Contains("no array", Assert.Throws<ArgumentException>(() => MetadataValue.FromArray("a", MetadataValue.FromArray())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_array_was_made_from_does_not_show_in_it_later()
    {
        MetadataValue[] elements = ["a"];
        var array = MetadataValue.FromArray(elements);
        elements[0] = "b";
        Assert.Equal("a", Assert.Single(array.AsArray).AsString);
    }

    [Fact]
    public void Another_kind_is_an_error_that_names_both() =>
        Assert.Equal("The value is Array, not Instant.", Assert.Throws<InvalidOperationException>(() => MetadataValue.FromArray().AsInstant).Message);
}

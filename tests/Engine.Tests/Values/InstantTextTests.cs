using CsCheck;

namespace IqdbFlat.Engine.Tests.Values;

public class InstantTextTests
{
    [Theory]
    [InlineData("2024-05-01", "2024-05-01T00:00:00Z")]
    [InlineData("2024-05-01T12:00Z", "2024-05-01T12:00:00Z")]
    [InlineData("2024-05-01T12:00:00Z", "2024-05-01T12:00:00Z")]
    [InlineData("2024-05-01T12:00:00+00:00", "2024-05-01T12:00:00Z")]
    [InlineData("2024-05-01T12:00:00-00:00", "2024-05-01T12:00:00Z")]
    [InlineData("2024-05-01T12:00:00.1200000-02:30", "2024-05-01T12:00:00.12-02:30")]
    [InlineData("2024-02-29T23:59:59.9999999+14:00", "2024-02-29T23:59:59.9999999+14:00")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z")]
    public void Dates_and_times_are_read_and_written(string text, string expected)
    {
        Assert.True(InstantText.TryParse(text, out var instant));
        Assert.Equal(expected, InstantText.Format(instant));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2024-05-01T12:00:00")]
    [InlineData("2024-05-01 12:00:00Z")]
    [InlineData("2024-05-01T12:00:00z")]
    [InlineData(" 2024-05-01")]
    [InlineData("2024-05-01\n")]
    [InlineData("2024-5-1")]
    [InlineData("24-05-01")]
    [InlineData("2023-02-29")]
    [InlineData("2024-13-01")]
    [InlineData("2024-00-01")]
    [InlineData("2024-01-00")]
    [InlineData("0000-01-01")]
    [InlineData("2024-05-01T24:00:00Z")]
    [InlineData("2024-05-01T12:60:00Z")]
    [InlineData("2024-05-01T12:00:60Z")]
    [InlineData("2024-05-01T12:00:00.12345678Z")]
    [InlineData("2024-05-01T12:00:00.Z")]
    [InlineData("2024-05-01T12:00:00+14:01")]
    [InlineData("2024-05-01T12:00:00+01:60")]
    [InlineData("2024-05-01T12Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("\u0662024-05-01")]
    public void What_is_no_instant_is_refused(string? text) => Assert.False(InstantText.TryParse(text, out _));

    [Fact]
    public void Every_instant_comes_back_with_its_offset() => Generators.Instant.Sample(instant =>
        InstantText.TryParse(InstantText.Format(instant), out var back) && back.EqualsExact(instant), iter: 20_000);
}

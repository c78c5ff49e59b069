using System.Text.Json;
using IqdbFlat.Cli.CommandLine;
using IqdbFlat.Cli.Output;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Output;

public class OutputTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1_023, "1,023 B")]
    [InlineData(1_536, "1.5 KiB")]
    [InlineData(5L << 40, "5.0 TiB")]
    public void Bytes_are_shown_in_their_unit(long bytes, string expected) => Assert.Equal(expected, Quantity.Bytes(bytes));

    [Theory]
    [InlineData(0.0000871, "87.1 us")]
    [InlineData(0.0123, "12.3 ms")]
    [InlineData(4.56, "4.56 s")]
    [InlineData(754, "12:34")]
    [InlineData(3_723, "1:02:03")]
    public void Times_are_shown_with_three_digits(double seconds, string expected) =>
        Assert.Equal(expected, Quantity.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("Stra\u00dfe \U0001F600", "Stra\u00dfe \U0001F600")]
    [InlineData("a\u001b[31mb\r\nc", "a\\u001b[31mb\\u000d\\u000ac")]
    [InlineData("\u202Ex", "\\u202ex")]
    public void Text_from_outside_cannot_move_the_terminal(string text, string expected) => Assert.Equal(expected, PlainText.OneLine(text));

    [Fact]
    public void A_table_shows_cells_as_they_are()
    {
        var output = new StringWriter();
        new ResultTable("name", ">rows").Add("[red]films[/]", "7").Add(new string('x', 150), "1,000").Print(Terminal.Of(output, TextWriter.Null));
        string text = output.ToString();
        Assert.Contains("[red]films[/]", text, StringComparison.Ordinal);
        Assert.Contains(new string('x', 150), text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public void Answers_are_json_in_the_spelling_of_the_golden_cases()
    {
        var output = new StringWriter();
        Hit[] hits =
        [
            new(7ul, 0.5f, 1),
            new(RowId.FromBytes([0x0A]), float.PositiveInfinity, 2, Metadata.From(("year", 2024), ("score", 1.0))),
        ];
        JsonOutput.Write(output, json =>
        {
            json.WriteStartObject();
            AnswerJson.WriteHits(json, "hits", hits);
            json.WriteEndObject();
        });
        Assert.Equal(
            """{"hits":[{"id":{"u64":"7"},"distance":0.5,"distance_bits_hex":"3f000000"},"""
            + """{"id":{"bytes":"0a"},"distance":"Infinity","distance_bits_hex":"7f800000","metadata":{"score":1.0,"year":2024}}]}""",
            output.ToString().TrimEnd());
        using var parsed = JsonDocument.Parse(output.ToString());
    }

    [Fact]
    public void Json_that_fails_half_way_writes_nothing()
    {
        var output = new StringWriter();
        Assert.Throws<InvalidDataException>(() => JsonOutput.Write(output, json =>
        {
            json.WriteStartObject();
            throw new InvalidDataException();
        }));
        Assert.Equal("", output.ToString());
    }
}

using System.Text;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Formats;

public class JsonlRowReaderTests
{
    [Theory]
    [InlineData("7", "7", false)]
    [InlineData("18446744073709551615", "18446744073709551615", false)]
    [InlineData("{\"u64\":\"7\"}", "7", false)]
    [InlineData("{\"u64\":7}", "7", false)]
    [InlineData("{\"bytes\":\"0A\"}", "0a", true)]
    public void Ids_of_both_kinds_are_read(string json, string expected, bool isBytes)
    {
        var row = Assert.Single(Read($"{{\"id\":{json},\"vector\":[1]}}"));
        Assert.Equal((expected, isBytes), (row.Id.ToString(), row.Id.IsBytes));
    }

    [Theory]
    [InlineData("\"x\"", MetadataKind.String, "x")]
    [InlineData("1", MetadataKind.Int, "1")]
    [InlineData("-0", MetadataKind.Int, "0")]
    [InlineData("-9223372036854775808", MetadataKind.Int, "-9223372036854775808")]
    [InlineData("1.0", MetadataKind.Float, "1")]
    [InlineData("-0.0", MetadataKind.Float, "-0")]
    [InlineData("1e2", MetadataKind.Float, "100")]
    [InlineData("true", MetadataKind.Bool, "true")]
    [InlineData("null", MetadataKind.Null, "null")]
    [InlineData("{\"int\":1}", MetadataKind.Int, "1")]
    [InlineData("{\"float\":1}", MetadataKind.Float, "1")]
    [InlineData("{\"float\":\"NaN\"}", MetadataKind.Float, "NaN")]
    [InlineData("{\"float\":\"-Infinity\"}", MetadataKind.Float, "-Infinity")]
    [InlineData("{\"float_bits\":\"8000000000000000\"}", MetadataKind.Float, "-0")]
    [InlineData("{\"string\":\"x\"}", MetadataKind.String, "x")]
    [InlineData("{\"bool\":false}", MetadataKind.Bool, "false")]
    [InlineData("{\"null\":null}", MetadataKind.Null, "null")]
    [InlineData("{\"instant\":\"2024-05-01T12:00:00Z\"}", MetadataKind.Instant, "2024-05-01T12:00:00Z")]
    [InlineData("{\"instant\":\"2024-05-01T14:00:00.50+02:00\"}", MetadataKind.Instant, "2024-05-01T14:00:00.5+02:00")]
    [InlineData("\"2024-05-01T12:00:00Z\"", MetadataKind.String, "2024-05-01T12:00:00Z")]
    [InlineData("[]", MetadataKind.Array, "[]")]
    [InlineData("[\"a\", null, \"b\"]", MetadataKind.Array, "[a, null, b]")]
    [InlineData("{\"array\":[1, {\"int\":2}]}", MetadataKind.Array, "[1, 2]")]
    [InlineData("[{\"instant\":\"2024-05-01\"}]", MetadataKind.Array, "[2024-05-01T00:00:00Z]")]
    public void Values_of_every_kind_are_read(string json, MetadataKind kind, string expected)
    {
        var row = Assert.Single(Read($"{{\"metadata\":{{\"f\":{json}}},\"id\":1,\"vector\":[1]}}"));
        var value = row.Metadata!["f"];
        Assert.Equal((kind, expected), (value.Kind, value.ToString()));
    }

    [Theory]
    [InlineData("{\"vector\":[1]}", "expected an id, found a row without")]
    [InlineData("{\"id\":1}", "expected a vector, found a row without")]
    [InlineData("{\"id\":1,\"vector\":[]}", "at least 1 component")]
    [InlineData("{\"id\":1,\"vector\":[1,\"NaN\"]}", "component 1 is NaN, expected a finite 32-bit float")]
    [InlineData("{\"id\":1,\"vector\":[1e39]}", "component 0 is too large")]
    [InlineData("{\"id\":1,\"vector\":[1,null]}", "expected a number at component 1, found null")]
    [InlineData("{\"id\":1,\"vector\":3}", "array of numbers, found a number")]
    [InlineData("{\"id\":1,\"id\":1,\"vector\":[1]}", "the row has \"id\" twice")]
    [InlineData("{\"id\":1,\"vektor\":[1]}", "found \"vektor\"")]
    [InlineData("{\"id\":-1,\"vector\":[1]}", "expected an id from 0")]
    [InlineData("{\"id\":1.0,\"vector\":[1]}", "expected an id from 0")]
    [InlineData("{\"id\":\"a\",\"vector\":[1]}", "as the id, found a string")]
    [InlineData("{\"id\":{\"bytes\":\"\"},\"vector\":[1]}", "1 to 1024 bytes, found 0")]
    [InlineData("{\"id\":{\"bytes\":\"0g\"},\"vector\":[1]}", "hexadecimal digits")]
    [InlineData("{\"id\":{\"u64\":\"1\",\"x\":1},\"vector\":[1]}", "one property as the id, found more")]
    [InlineData("{\"id\":{},\"vector\":[1]}", "found an empty one")]
    [InlineData("{\"id\":{\"uuid\":\"1\"},\"vector\":[1]}", "found \"uuid\"")]
    [InlineData("{\"id\":1,\"vector\":[1],\"metadata\":[]}", "metadata to be an object, found an array")]
    [InlineData("{\"id\":1,\"vector\":[1],\"metadata\":{\"a\":[[1]]}}", "no array within an array")]
    [InlineData("{\"id\":1,\"vector\":[1],\"metadata\":{\"a\":[1,{\"array\":[1]}]}}", "one kind in an array, found Int, Array")]
    [InlineData("{\"id\":1,\"vector\":[1],\"metadata\":{\"a\":[1,2.0]}}", "one kind in an array, found Int, Float")]
    [InlineData("{\"id\":1,\"vector\":[1],\"metadata\":{\"a\":{\"array\":1}}}", "expected an array, found a number")]
    [InlineData("{\"id\":1,\"vector\":[1],\"metadata\":{\"a\":{\"instant\":\"2024-02-30\"}}}", "expected a time such as")]
    [InlineData("{\"id\":1,\"vector\":[1],\"metadata\":{\"a\":{\"instant\":5}}}", "expected a string, found a number")]
    [InlineData("{\"id\":1,\"vector\":[1],\"metadata\":{\"a\":1,\"a\":2}}", "names the field \"a\" twice")]
    [InlineData("{\"id\":1,\"vector\":[1],\"metadata\":{\"a\":9223372036854775808}}", "does not fit 64 bits")]
    [InlineData("{\"id\":1,\"vector\":[1],\"metadata\":{\"a\":1e400}}", "too large for 64 bits")]
    [InlineData("{\"id\":1,\"vector\":[1],\"metadata\":{\"a\":{\"int\":\"1\"}}}", "kind int, found one of kind String")]
    [InlineData("{\"id\":1,\"vector\":[1],\"metadata\":{\"a\":{\"date\":1}}}", "found \"date\"")]
    [InlineData("{\"id\":1,\"vector\":[1],\"metadata\":{\"a\":\"\\ud800\"}}", "not Unicode text")]
    [InlineData("{\"id\":1,\"vector\":[1]} x", "not a JSON object")]
    [InlineData("{\"id\":1,\"vector\":[1", "not a JSON object")]
    [InlineData("[1]", "expected an object with id and vector, found an array")]
    public void What_cannot_be_a_row_is_named_by_row_and_line(string line, string expected)
    {
        var error = Assert.Throws<FlatIndexException>(() => Read($"\n{line}\n"));
        Assert.StartsWith("rows.jsonl, row 0 (counted from 0; line 2): ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_row_of_another_dimension_is_named_and_those_before_it_are_good()
    {
        using var reader = Open("{\"id\":1,\"vector\":[1,2]}\r\n\r\n{\"id\":2,\"vector\":[1,2,3]}\n");
        Assert.True(reader.Read());
        var error = Assert.Throws<FlatIndexException>(() => reader.Read());
        Assert.Equal("rows.jsonl, row 1 (counted from 0; line 3): expected 2 components as in the rows before, found 3", error.Message);
        Assert.Equal(FlatErrorKind.DimensionMismatch, error.Kind);
    }

    [Fact]
    public void Nesting_without_end_is_an_error()
    {
        string deep = $"{{\"id\":1,\"vector\":[1],\"metadata\":{string.Concat(Enumerable.Repeat("{\"float\":", 100_000))}";
        Assert.Throws<FlatIndexException>(() => Read(deep));
    }

    [Fact]
    public void A_line_without_end_is_an_error_before_it_fills_the_memory()
    {
        using var reader = new JsonlRowReaderProbe();
        Assert.Contains("at most 16777216 bytes", reader.Error(), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_longer_than_the_buffer_and_a_byte_order_mark_are_read()
    {
        string vector = string.Join(',', Enumerable.Range(0, 60_000));
        var rows = Read($"\uFEFF{{\"id\":1,\"vector\":[{vector}]}}\n{{\"id\":2,\"vector\":[{vector}]}}");
        Assert.Equal(2, rows.Length);
        Assert.Equal(59_999f, rows[1].Vector.Span[^1]);
    }

    [Fact]
    public void An_empty_file_has_no_rows()
    {
        using var reader = Open(" \n\n");
        Assert.Null(reader.Dimension);
        Assert.False(reader.Read());
    }

    private static JsonlRowReader Open(string text) => new(new MemoryStream(Encoding.UTF8.GetBytes(text)), "rows.jsonl");

    private static Row[] Read(string text)
    {
        using var reader = Open(text);
        return [.. reader.ToRows()];
    }

    /// <summary>A stream of spaces that never ends.</summary>
    private sealed class JsonlRowReaderProbe : MemoryStream
    {
        public string Error() => Assert.Throws<FlatIndexException>(() => new JsonlRowReader(this, "endless")).Message;

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)' ');
            return count;
        }
    }
}

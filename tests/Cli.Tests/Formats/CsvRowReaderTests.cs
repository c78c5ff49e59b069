using System.Text;
using IqdbFlat.Cli.Formats;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Formats;

public class CsvRowReaderTests
{
    [Theory]
    [InlineData("1,2\n3,4.5\n", "1 2|3 4.5", "0 1")]
    [InlineData("v1,id,v0,title,year,good,note\n2,0x0a,1,\"a, \"\"b\"\"\",2024,true,\n", "1 2", "0a")]
    [InlineData("id,vector\n7,\"[1, 2]\"\r\n8,3 4\r\n", "1 2|3 4", "7 8")]
    public void Columns_of_a_CSV_file_mean_what_their_names_say(string text, string vectors, string ids)
    {
        using var reader = RowFiles.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), "a.csv");
        var rows = reader.ToRows().ToList();
        Assert.Equal(vectors, string.Join('|', rows.Select(row => string.Join(' ', row.Vector.ToArray().Select(FloatText.Of)))));
        Assert.Equal(ids, string.Join(' ', rows.Select(row => row.Id)));
        if (rows[0].Metadata is { Count: > 0 } metadata)
            Assert.Equal(Metadata.From(("title", "a, \"b\""), ("year", 2024), ("good", true)), metadata);
    }

    [Theory]
    [InlineData("id,name\n1,x\n", "either a column vector or columns v0")]
    [InlineData("id,id,v0\n1,1,1\n", "names the column \"id\" twice")]
    [InlineData("id,v0\n1,x\n", "row 0 (counted from 0; line 2): expected a number at component 0, found 'x'")]
    [InlineData("id,v0\n1,NaN\n", "component 0 is NaN, expected a finite 32-bit float")]
    [InlineData("id,v0\nx,1\n", "expected an id as a number")]
    [InlineData("id,v0\n1,1\n2\n", "a line has other columns than the first")]
    [InlineData("id,vector\n1,\"[1]\"\n2,\"[1,2]\"\n", "expected 1 components as in the rows before, found 2")]
    public void What_is_wrong_in_a_CSV_file_is_named(string text, string expected)
    {
        var error = Assert.Throws<FlatIndexException>(() =>
        {
            using var reader = RowFiles.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), "a.csv");
            return reader.ToRows().Count();
        });
        Assert.StartsWith("a.csv", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}

using IqdbFlat.Cli.Formats;
using IqdbFlat.Cli.Formats.Vecs;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Tests.Formats;

public class FvecsRowReaderTests
{
    [Theory]
    [InlineData(new[] { 0, 0 }, FlatErrorKind.InvalidConfig, "row 0 (counted from 0): expected a dimension of at least 1, found 0")]
    [InlineData(new[] { -1 }, FlatErrorKind.InvalidConfig, "found -1")]
    [InlineData(new[] { 65_537 }, FlatErrorKind.InvalidConfig, "at most 65536 values, found 65537")]
    [InlineData(new[] { 2, 0, 0, 1, 0 }, FlatErrorKind.DimensionMismatch, "row 1 (counted from 0): expected 2 components as in the rows before, found 1")]
    [InlineData(new[] { 2, 0, 0, 0 }, FlatErrorKind.DimensionMismatch, "found 0")]
    [InlineData(new[] { 2, 0, 0, 2, 0 }, FlatErrorKind.InvalidConfig, "row 1 (counted from 0): the file ends after 4 of the row's 8 bytes")]
    [InlineData(new[] { 1, 0, 1, 0x7FC00000 }, FlatErrorKind.InvalidVector, "row 1 (counted from 0): component 0 is NaN")]
    [InlineData(new[] { 1, -0x800000 }, FlatErrorKind.InvalidVector, "component 0 is -Infinity")]
    public void What_cannot_be_read_is_named(int[] words, FlatErrorKind kind, string expected)
    {
        var error = Assert.Throws<FlatIndexException>(() =>
        {
            using var reader = new VecsRowReader<float>(Words(words), "rows.fvecs");
            return reader.ToRows().Count();
        });
        Assert.Equal(kind, error.Kind);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_rows_is_a_file_without_a_dimension()
    {
        using var reader = new VecsRowReader<float>(Words([]), "rows.fvecs");
        Assert.Null(reader.Dimension);
        Assert.Equal(0, reader.RowCount);
        Assert.False(reader.Read());
    }

    [Fact]
    public void Answers_of_any_length_come_back()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("answers.ivecs");
        int[][] answers = [[3, 1, 2], [], [int.MaxValue]];
        using (var writer = new VecsWriter<int>(path))
        {
            foreach (int[] answer in answers)
                writer.Write(answer);
            writer.Complete();
        }

        using var reader = new VecsReader<int>(path);
        var found = new List<int[]>();
        while (reader.Read())
            found.Add(reader.Values.ToArray());
        Assert.Equal(answers, found);
    }

    private static MemoryStream Words(int[] words) => new([.. words.SelectMany(BitConverter.GetBytes)]);
}

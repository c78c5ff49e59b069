using IqdbFlat.Engine.Columns;

namespace IqdbFlat.Engine.Tests.Columns;

public class SegmentColumnsTests
{
    [Fact]
    public void Metadata_comes_back_with_its_kinds_and_bits()
    {
        double quiet = BitConverter.Int64BitsToDouble(unchecked((long)0xFFF8_0000_0000_1234));
        Metadata[] rows =
        [
            Metadata.From(("n", quiet), ("z", -0.0), ("i", 0L)),
            Metadata.From(("n", double.NaN), ("z", 0.0), ("i", 0.0)),
            Metadata.From(("", ""), ("null", MetadataValue.Null), ("b", false)),
        ];
        var columns = new SegmentColumns();
        for (int i = 0; i < rows.Length; i++)
            columns.Append(i * 7, rows[i]);
        for (int i = 0; i < rows.Length; i++)
            Assert.Equal(rows[i], columns.Read(i * 7));
        Assert.Same(Metadata.Empty, columns.Read(1));
        Assert.Same(Metadata.Empty, columns.Read(9_999));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Columns_change_between_pairs_and_arrays_without_losing_a_value(int seed)
    {
        var random = new Random(seed);
        var columns = new SegmentColumns();
        var model = new Dictionary<int, Metadata>();
        int offset = 0;
        for (int phase = 0; phase < 12; phase++)
        {
            // A field that is common, then rare, then common again.
            double density = random.NextDouble() * random.NextDouble();
            for (int i = random.Next(900); i > 0; i--, offset++)
            {
                if (random.NextDouble() > density)
                    continue;
                model[offset] = Metadata.From(("f", (long)random.Next(random.Next(1, 300))), ($"rare{random.Next(200)}", 1L));
                columns.Append(offset, model[offset]);
            }
        }

        for (int i = 0; i < offset; i++)
            Assert.Equal(model.GetValueOrDefault(i, Metadata.Empty), columns.Read(i));
    }

    [Fact]
    public void Rows_of_256_fields_that_never_repeat_cost_a_bounded_multiple_of_their_metadata()
    {
        var columns = new SegmentColumns();
        const int Rows = 512;
        for (int row = 0; row < Rows; row++)
            columns.Append(row * 16, Metadata.From(Enumerable.Range(0, 256).Select(i => KeyValuePair.Create($"field {row} {i}", (MetadataValue)i))));
        Assert.True(columns.EstimatedBytes < Rows * 256 * 400L, $"{columns.EstimatedBytes} bytes");
        Assert.Equal(256, columns.Read(16).Count);
    }

    [Fact]
    public void A_field_that_became_rare_does_not_keep_a_cell_for_every_row()
    {
        var column = new Column("f");
        for (int offset = 0; offset < 200; offset++)
            column.Append(offset, 1L);
        column.Append(1_000_000, 2L);
        Assert.True(column.EstimatedBytes < 10_000, $"{column.EstimatedBytes} bytes");
        Assert.Equal(2L, column.Read(1_000_000).AsInt);
        Assert.Equal(1L, column.Read(199).AsInt);
    }
}

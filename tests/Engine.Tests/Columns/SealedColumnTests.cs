using IqdbFlat.Engine.Columns;

namespace IqdbFlat.Engine.Tests.Columns;

public class SealedColumnTests
{
    [Theory]
    [InlineData(1, 64, 1, 1.0)]
    [InlineData(2, 65, 3, 1.0)]
    [InlineData(3, 1_000, 20, 0.9)]
    [InlineData(4, 1_000, 254, 0.5)]
    [InlineData(5, 3_000, 255, 0.9)]
    [InlineData(6, 3_000, 257, 1.0)]
    [InlineData(7, 4_097, 4_000, 1.0)]
    [InlineData(8, 6_000, 3_000, 0.1)]
    [InlineData(9, 6_000, 5, 0.02)]
    public void Filters_give_what_the_plain_evaluator_gives_for_snapshots_of_any_age(int seed, int count, int distinct, double density)
    {
        var random = new Random(seed);
        var rows = new RandomRows(seed);
        MetadataValue[] values = [.. Enumerable.Range(0, distinct).Select(i => random.Next(3) switch { 0 => rows.Value(), 1 => (long)i, _ => i / 2.0 })];
        Metadata[] model = [.. Enumerable.Range(0, count).Select(_ => Row())];
        var columns = new SegmentColumns();
        for (int row = 0; row < count; row++)
            columns.Append(row, model[row]);
        columns.Seal();
        Assert.IsType<SealedColumn>(columns.Find("f")!.Content);
        Assert.All(Enumerable.Range(0, count), row => Assert.Equal(model[row], columns.Read(row)));
        var masks = new MaskStack();
        for (int i = 0; i < 400; i++)
        {
            var filter = Tree(4);
            var node = new FilterNode(filter);
            int seen = i % 3 == 0 ? random.Next(1, count + 1) : count;
            node.Bind(columns, seen, CancellationToken.None);
            node.Select(seen, 0, masks, CancellationToken.None);
            var mask = masks.At(0, seen);
            int selected = 0;
            for (int row = 0; row < mask.Length * 64; row++)
            {
                bool expected = row < seen && FilterEvaluator.Matches(filter, model[row]);
                selected += expected ? 1 : 0;
                if (expected != (((mask[row >> 6] >> row) & 1) != 0))
                    Assert.Fail($"seed {seed}, try {i}, row {row} of {seen}");
            }

            Assert.True(node.Bounds.Least <= selected && selected <= node.Bounds.Most, $"seed {seed}, try {i}: {selected} not in {node.Bounds}");
        }

        Metadata Row()
        {
            var fields = new List<KeyValuePair<string, MetadataValue>>();
            if (random.NextDouble() < density)
                fields.Add(KeyValuePair.Create("f", values[random.Next(distinct)]));
            if (random.Next(3) == 0)
                fields.Add(KeyValuePair.Create("g", rows.Value()));
            return Metadata.From(fields);
        }

        MetadataValue Near()
        {
            var value = values[random.Next(distinct)];
            return random.Next(4) switch
            {
                0 when value.Kind == MetadataKind.Int => unchecked(value.AsInt + random.Next(-1, 2)),
                0 when value.Kind == MetadataKind.Float => double.BitIncrement(value.AsFloat),
                0 when value.Kind == MetadataKind.Array && !value.AsArray.IsEmpty => value.AsArray[0],
                1 => rows.Value(),
                _ => value,
            };
        }

        Filter Tree(int depth)
        {
            string field = random.Next(4) == 0 ? rows.Field() : random.Next(3) == 0 ? "g" : "f";
            Filter[] inner = depth == 0 ? [] : [.. Enumerable.Range(0, random.Next(4)).Select(_ => Tree(depth - 1))];
            return random.Next(depth == 0 ? 12 : 15) switch
            {
                0 => Filter.Eq(field, Near()),
                1 => Filter.Neq(field, Near()),
                2 => Filter.Lt(field, Near()),
                3 => Filter.Lte(field, Near()),
                4 => Filter.Gt(field, Near()),
                5 => Filter.Gte(field, Near()),
                6 => Filter.In(field, [.. Enumerable.Range(0, random.Next(60)).Select(_ => Near())]),
                7 => Filter.Contains(field, Near()),
                8 => Filter.ContainsAny(field, [.. Enumerable.Range(0, random.Next(10)).Select(_ => Near())]),
                9 => Filter.StartsWith(field, rows.Text()),
                10 => Filter.EndsWith(field, rows.Text()),
                11 => Filter.ContainsText(field, rows.Text()),
                12 => Filter.And(inner),
                13 => Filter.Or(inner),
                _ => Filter.Not(Tree(depth - 1)),
            };
        }
    }

    [Fact]
    public void A_segment_whose_65_536_rows_all_differ_is_selected_to_the_last_row()
    {
        const int Rows = 65_536;
        var columns = new SegmentColumns();
        for (int row = 0; row < Rows; row++)
            columns.Append(row, Metadata.From(("n", (long)(Rows - row))));
        columns.Seal();
        Assert.Equal(1, Count(columns, Filter.Eq("n", 1L), Rows));
        Assert.Equal(1, Count(columns, Filter.Eq("n", 65_536L), Rows));
        Assert.Equal(Rows - 1, Count(columns, Filter.Neq("n", 65_536L), Rows));
        Assert.Equal(Rows, Count(columns, Filter.Lte("n", 65_536L), Rows));
        Assert.Equal(Rows - 1, Count(columns, Filter.Lt("n", 65_536L), Rows));
        Assert.Equal(Rows - 1, Count(columns, Filter.Gt("n", 1L), Rows));
        Assert.Equal(0, Count(columns, Filter.Gt("n", 65_536L), Rows));
        Assert.Equal(40_000, Count(columns, Filter.Gt("n", 20_000L), 40_000));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sealed_columns_cost_no_more_than_growing_ones(bool distinct)
    {
        var columns = new SegmentColumns();
        for (int row = 0; row < 8_192; row++)
            columns.Append(row, Metadata.From(("n", distinct ? row : row % 100), ("s", $"text {(distinct ? row : row % 7)}"), ($"only {row / 30}", true)));
        long growing = columns.EstimatedBytes;
        columns.Seal();
        Assert.True(columns.EstimatedBytes <= growing, $"{columns.EstimatedBytes} bytes sealed, {growing} growing");
    }

    [Theory]
    [InlineData(4L, 4L, 4L, 1)]
    [InlineData(5L, 3L, 9L, 0)]
    public void Bounds_of_a_column_decide_what_they_can(long value, long least, long greatest, int all)
    {
        MetadataValue[] sorted = least == greatest ? [least] : [least, greatest];
        var zones = new ZoneMap(sorted);
        var whole = all == 1 ? ZoneOutcome.All : ZoneOutcome.Open;
        Assert.Equal(whole, zones.Decide((CompareFilter)Filter.Eq("f", value)));
        Assert.Equal(ZoneOutcome.None, zones.Decide((CompareFilter)Filter.Lt("f", least)));
        Assert.Equal(ZoneOutcome.None, zones.Decide((CompareFilter)Filter.Gt("f", greatest)));
        Assert.Equal(ZoneOutcome.All, zones.Decide((CompareFilter)Filter.Lte("f", greatest)));
        Assert.Equal(ZoneOutcome.All, zones.Decide((CompareFilter)Filter.Gte("f", least)));
        Assert.Equal(ZoneOutcome.All, zones.Decide((CompareFilter)Filter.Neq("f", "x")));
        Assert.Equal(ZoneOutcome.None, zones.Decide((CompareFilter)Filter.Eq("f", (double)value)));
        Assert.Equal(ZoneOutcome.All, zones.Decide((CompareFilter)Filter.Lt("f", greatest + 1)));
        Assert.Equal(ZoneOutcome.All, zones.Decide((CompareFilter)Filter.Gt("f", least - 1)));
    }

    [Fact]
    public void A_NaN_keeps_bounds_from_holding_for_all()
    {
        var zones = new ZoneMap([1.0, 2.0, double.NaN]);
        Assert.Equal(ZoneOutcome.Open, zones.Decide((CompareFilter)Filter.Gte("f", 1.0)));
        Assert.Equal(ZoneOutcome.None, zones.Decide((CompareFilter)Filter.Eq("f", double.NaN)));
        Assert.Equal(ZoneOutcome.All, zones.Decide((CompareFilter)Filter.Neq("f", double.NaN)));
        Assert.Equal(ZoneOutcome.None, zones.Decide((CompareFilter)Filter.Lte("f", double.NaN)));
    }

    private static int Count(SegmentColumns columns, Filter filter, int rows)
    {
        var masks = new MaskStack();
        var node = new FilterNode(filter);
        node.Bind(columns, rows, CancellationToken.None);
        node.Select(rows, 0, masks, CancellationToken.None);
        return RowMask.Count(masks.At(0, rows));
    }
}

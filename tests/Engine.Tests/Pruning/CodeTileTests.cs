using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Pruning;
using IqdbFlat.Engine.Tests.Metrics;

namespace IqdbFlat.Engine.Tests.Pruning;

public unsafe class CodeTileTests
{
    private const int Rows = 64;
    private const int Queries = 7;

    public static TheoryData<HardKind> Kinds => [.. HardData.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_tile_puts_out_the_rows_that_each_query_puts_out_by_itself(HardKind kind)
    {
        Assert.SkipUnless(CodeTile.IsSupported, "this processor has no AVX2");
        foreach (int dimension in new[] { 32, 65, 128, 200, 768 })
        {
            HardData data = new(kind, dimension, dimension);
            foreach (var metric in new[] { Metric.Euclidean, Metric.SquaredEuclidean, Metric.Cosine, Metric.DotProduct })
                Check(metric, data.Take(Rows), data.Take(Queries));
        }
    }

    [Fact]
    public void A_row_that_is_exactly_at_the_limit_is_not_out()
    {
        Assert.SkipUnless(CodeTile.IsSupported, "this processor has no AVX2");
        CodeLayout layout = new(64, 4 * Rows, BoundForm.Distance);
        using AlignedRows memory = new([.. Enumerable.Range(0, Rows).Select(_ => new float[64])]);
        byte[] block = Block(layout, memory, 64);
        CodeTile tile = new(layout, 1);
        tile.Take([new QueryCode(new PreparedQuery(Metric.Euclidean, new float[64]), layout)]);
        fixed (byte* start = block)
            tile.TakeBlock(start, 1);
        Assert.Equal(0UL, tile.Out(0, 0));
    }

    private static void Check(Metric metric, float[][] rows, float[][] queries)
    {
        CodeLayout layout = new(rows[0].Length, 4 * Rows, BoundForms.Of(metric));
        using AlignedRows memory = new(rows);
        byte[] bytes = Block(layout, memory, PreparedQuery.StrideOf(rows[0].Length));
        QueryCode[] codes = [.. queries.Select(query => new QueryCode(new PreparedQuery(metric, query), layout))];
        CodeTile tile = new(layout, Queries);

        // One of them takes no part, and others may have no bound.
        tile.Take([.. codes.Select((code, i) => i == 3 ? null : code)]);
        fixed (byte* block = bytes)
        {
            tile.TakeBlock(block, Queries);
            for (int query = 0; query < Queries; query++)
            {
                if (query == 3)
                    continue;
                var single = BlockBounds.Create(BlockBounds.Fastest, codes[query], layout);
                foreach (float distance in rows.Take(16).Select(row => CanonicalDistance.Compute(metric, queries[query], row)).Append(0).Append(float.PositiveInfinity))
                {
                    double limit = codes[query].LimitOf(distance);
                    Assert.True(
                        single.Out(block, limit) == tile.Out(query, limit), $"{metric}, dimension {rows[0].Length}, query {query}, distance {distance:R}");
                }
            }
        }
    }

    private static byte[] Block(CodeLayout layout, AlignedRows rows, int stride)
    {
        byte[] block = new byte[layout.BlockBytes];
        fixed (byte* start = block)
        {
            for (int row = 0; row < layout.BlockRows; row++)
                CodeBlocks.Write(start, layout, row, rows.Start + ((long)row * stride), stride);
        }

        return block;
    }
}

using IqdbFlat.Engine.Metrics;
using IqdbFlat.Engine.Pruning;
using IqdbFlat.Engine.Pruning.Tiles;
using IqdbFlat.Engine.Tests.Metrics;

namespace IqdbFlat.Engine.Tests.Pruning;

public unsafe class CodeTileTests
{
    private const int Queries = 7;
    private const int AwayQuery = 3;

    public static TheoryData<HardKind> Kinds => [.. HardData.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_row_is_out_whose_distance_is_at_most_the_limit(HardKind kind)
    {
        Assert.SkipUnless(CodeTile.IsSupported, "this processor has no AVX2");
        foreach (int dimension in new[] { 32, 65, 128, 200, 768 })
        {
            foreach (int rows in new[] { 64, 16, 4 })
            {
                HardData data = new(kind, dimension, dimension + rows);
                foreach (var metric in new[] { Metric.Euclidean, Metric.SquaredEuclidean, Metric.Cosine, Metric.DotProduct })
                {
                    float[][] block = data.Take(rows), queries = data.Take(Queries);
                    foreach (var depth in Enum.GetValues<TileDepth>())
                        Check(metric, block, queries, depth);
                }
            }
        }
    }

    [Theory]
    [InlineData(Metric.Euclidean)]
    [InlineData(Metric.SquaredEuclidean)]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.DotProduct)]
    public void Nearly_all_rows_that_are_far_from_the_limit_are_out(Metric metric)
    {
        Assert.SkipUnless(CodeTile.IsSupported, "this processor has no AVX2");
        HardData data = new(HardKind.Normal, 256, 1);
        float[][] rows = data.Take(64), queries = data.Take(Queries);
        foreach (var depth in Enum.GetValues<TileDepth>())
        {
            foreach (var (query, distance, isOut) in Outs(metric, rows, queries, depth).Where(one => one.Distance >= 0 || metric == Metric.DotProduct))
            {
                double[] distances = [.. rows.Select(row => (double)CanonicalDistance.Compute(metric, queries[query], row))];
                double room = 0.1 * (metric == Metric.DotProduct ? Norm(queries[query]) * rows.Max(Norm) : distances.Max());
                for (int row = 0; row < rows.Length; row++)
                    Assert.True(isOut(row) || !(distances[row] > distance + room), $"{metric} {depth} query {query} row {row}: {distances[row]} is far from {distance}");
            }
        }

        static double Norm(float[] vector) => Math.Sqrt(vector.Sum(component => (double)component * component));
    }

    [Fact]
    public void A_row_that_is_exactly_at_the_limit_is_not_out()
    {
        Assert.SkipUnless(CodeTile.IsSupported, "this processor has no AVX2");
        float[][] rows = [.. Enumerable.Range(0, 64).Select(_ => new float[64])];
        float[] query = new float[64];
        query[5] = 3;
        rows[7][5] = 2;
        foreach (var (_, distance, isOut) in Outs(Metric.Euclidean, rows, [query], TileDepth.SixBits).Where(one => one.Distance is 1 or 3))
        {
            for (int row = 0; row < rows.Length; row++)
                Assert.True(!isOut(row) || (row != 7 && distance == 1), $"row {row} at {distance}");
        }
    }

    [Fact]
    public void Nothing_is_out_without_a_limit_for_a_query_that_takes_no_part_or_for_one_of_zeros()
    {
        Assert.SkipUnless(CodeTile.IsSupported, "this processor has no AVX2");
        HardData data = new(HardKind.Normal, 64, 1);
        CodeLayout layout = new(64, 256, BoundForm.Distance);
        using AlignedRows memory = new(data.Take(64));
        byte[] bytes = Block(layout, memory, 64);
        CodeTile tile = new(layout, 3);
        var far = new PreparedQuery(Metric.Euclidean, data.Take(1)[0]);
        var zeros = new PreparedQuery(Metric.Euclidean, new float[64]);
        TileCode code = new(far, layout, new QueryCode(far, layout), TileDepth.SixBits);
        TileCode zero = new(zeros, layout, new QueryCode(zeros, layout), TileDepth.SixBits);
        tile.Take([code, zero, null], TileDepth.SixBits);
        tile.Limit(1, zero.BoundOf(0));
        fixed (byte* block = bytes)
            tile.TakeBlock(block, 3);
        Assert.Equal([0UL, 0UL, 0UL], [tile.Out(0), tile.Out(1), tile.Out(2)]);
        tile.Limit(0, code.BoundOf(0));
        fixed (byte* block = bytes)
            tile.TakeBlock(block, 3);
        Assert.Equal([ulong.MaxValue, 0UL, 0UL], [tile.Out(0), tile.Out(1), tile.Out(2)]);
        tile.Take([code], TileDepth.SixBits);
        fixed (byte* block = bytes)
            tile.TakeBlock(block, 1);
        Assert.Equal(0UL, tile.Out(0));
    }

    [Fact]
    public void Products_of_the_largest_codes_do_not_saturate()
    {
        Assert.SkipUnless(CodeTile.IsSupported, "this processor has no AVX2");
        float[] ones = [.. Enumerable.Repeat(1f, 512)];
        float[][] rows = [.. Enumerable.Range(0, 64).Select(row => row % 2 == 0 ? ones : [.. ones.Select(one => -one)])];
        foreach (var depth in Enum.GetValues<TileDepth>())
        {
            foreach (float sign in new[] { 1f, -1f })
            {
                float[] query = [.. ones.Select(one => sign * one)];
                foreach (var (_, distance, isOut) in Outs(Metric.DotProduct, rows, [query], depth).Where(one => one.Distance is 500 or -500))
                    Assert.All(Enumerable.Range(0, rows.Length), row => Assert.Equal(CanonicalDistance.Compute(Metric.DotProduct, query, rows[row]) > 511, isOut(row)));
            }
        }
    }

    private static void Check(Metric metric, float[][] rows, float[][] queries, TileDepth depth)
    {
        foreach (var (query, distance, isOut) in Outs(metric, rows, queries, depth))
        {
            for (int row = 0; row < rows.Length; row++)
            {
                float own = CanonicalDistance.Compute(metric, queries[query], rows[row]);
                Assert.True(!isOut(row) || own > distance, $"{metric} {depth}, dimension {rows[0].Length}, query {query}, row {row}: {own:R} is out at {distance:R}");
            }
        }
    }

    private static IEnumerable<(int Query, float Distance, Func<int, bool> IsOut)> Outs(Metric metric, float[][] rows, float[][] queries, TileDepth depth)
    {
        CodeLayout layout = new(rows[0].Length, 4 * rows.Length, BoundForms.Of(metric));
        using AlignedRows memory = new(rows);
        byte[] bytes = Block(layout, memory, PreparedQuery.StrideOf(rows[0].Length));
        PreparedQuery[] prepared = [.. queries.Select(query => new PreparedQuery(metric, query))];
        TileCode[] codes = [.. prepared.Select(query => new TileCode(query, layout, new QueryCode(query, layout), depth))];
        CodeTile tile = new(layout, queries.Length);
        tile.Take([.. codes.Select((code, i) => i == AwayQuery ? null : code)], depth);
        for (int at = 0; at < 20; at++)
        {
            float[] distances = new float[queries.Length];
            for (int query = 0; query < queries.Length; query++)
            {
                distances[query] = at switch
                {
                    < 12 => CanonicalDistance.Compute(metric, queries[query], rows[at * rows.Length / 12]),
                    12 => 0,
                    13 => float.PositiveInfinity,
                    14 => float.NaN,
                    15 => float.MaxValue,
                    16 => 1,
                    17 => 3,
                    18 => 500,
                    _ => -500,
                };
                if (query != AwayQuery)
                    tile.Limit(query, codes[query].BoundOf(distances[query]));
            }

            Take(tile, bytes, queries.Length);
            for (int query = 0; query < queries.Length; query++)
            {
                ulong bits = tile.Out(query);
                if (codes[query].BoundOf(1) != TileBound.None || query == AwayQuery)
                    yield return (query, query == AwayQuery ? float.PositiveInfinity : distances[query], row => ((bits >> row) & 1) != 0);
            }
        }
    }

    private static void Take(CodeTile tile, byte[] bytes, int queries)
    {
        fixed (byte* block = bytes)
            tile.TakeBlock(block, queries);
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
